; ReproBuild's BIOS boot program: loads a Linux kernel, its initrd and its command line, and starts the kernel.
;
; It is 2,048 bytes long. On a disk the firmware loads the first 512 of them (the master boot record) and the program loads the rest
; from the sectors that follow; from a CD (El Torito, no emulation) the firmware loads all of them. It reads what the image's writer put
; into the table at offset 512, places everything as the Linux/x86 boot protocol asks (Documentation/arch/x86/boot.rst), and jumps to
; the kernel's real-mode entry. When something is wrong it prints a word that says what, and stops.
;
; Assemble with: nasm -f bin -o bios-loader.bin bios-loader.asm

        bits    16
        cpu     386
        org     0x7c00

SETUP_SEGMENT   equ 0x1000              ; the kernel's real-mode part; above it its heap, its stack and the command line
BUFFER_SEGMENT  equ 0x2000              ; where sectors are read to
BUFFER_SIZE     equ 0x8000
STACK_TOP       equ 0xe000              ; in SETUP_SEGMENT
COMMAND_LINE    equ 0xe000              ; in SETUP_SEGMENT, up to its end
COMMAND_LINE_MAX equ 0x1fff
KERNEL_ADDRESS  equ 0x100000            ; the kernel's protected-mode part
UNIT            equ 512                 ; the table counts in units of 512 bytes, whatever the device's sectors are

; Fields of the kernel's setup header, by their offsets from its beginning.
SETUP_SECTORS   equ 0x1f1
HEADER_MAGIC    equ 0x202
HEADER_VERSION  equ 0x206
LOADER_TYPE     equ 0x210
LOAD_FLAGS      equ 0x211
INITRD_ADDRESS  equ 0x218
INITRD_SIZE     equ 0x21c
HEAP_END        equ 0x224
COMMAND_LINE_POINTER equ 0x228
INITRD_ADDRESS_MAX equ 0x22c
COMMAND_LINE_SIZE equ 0x238
PREFERRED_ADDRESS equ 0x258
INIT_SIZE       equ 0x260

; ---- the first 512 bytes: the master boot record ---------------------------------------------------------------------------------

start:  jmp     short begin
        nop
preloaded: db   0                       ; the writer sets 1 where the firmware loads the whole program (El Torito)

begin:  cli
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, start
        sti
        cld
        jmp     0:.normalized           ; some firmware enters at 07c0:0000
.normalized:
        mov     [drive], dl
        cmp     byte [preloaded], 0
        jne     .complete
        mov     si, own_packet
        call    read
.complete:
        cmp     dword [table.magic], 'RBLD'
        mov     si, word_program
        jne     fail
        jmp     main

; Reads what the disk address packet at SI says, four times at the most. On an error the firmware puts into the packet how much it read, so
; the count is kept.
read:   mov     bp, 4
.again: mov     ah, 0x42
        mov     dl, [drive]
        push    word [si + 2]
        push    si
        int     0x13
        pop     si
        pop     word [si + 2]
        jnc     .done
        mov     ah, 0
        mov     dl, [drive]
        int     0x13
        dec     bp
        jnz     .again
        mov     si, word_read
        jmp     fail
.done:  ret

; Prints the word at SI and stops.
fail:   push    si
        mov     si, word_prefix
        call    print
        pop     si
        call    print
.halt:  hlt
        jmp     .halt

print:  lodsb
        test    al, al
        jz      .done
        mov     ah, 0x0e
        mov     bx, 7
        int     0x10
        jmp     print
.done:  ret

drive:  db      0
own_packet:                             ; the disk address packet of sectors 1 to 3
        db      16, 0
        dw      3
        dw      table, 0
        dq      1

word_prefix:  db 'ReproBuild boot: ', 0
word_program: db 'program incomplete', 0
word_read:    db 'disk read error', 0

        times 440 - ($ - $$) db 0
        times 510 - ($ - $$) db 0       ; disk signature and partition table: the writer's
        dw      0xaa55

; ---- the table that the writer fills in ------------------------------------------------------------------------------------------

table:
.magic:         db 'RBLD'
.kernel_unit:   dd 0                    ; where the kernel begins, in units; a multiple of 4 where the image is also a CD
.kernel_size:   dd 0                    ; in bytes
.initrd_unit:   dd 0
.initrd_size:   dd 0                    ; 0 when there is no initrd
.command_line_unit: dd 0
.command_line_size: dd 0                ; without a terminating zero

; ---- the rest of the program -----------------------------------------------------------------------------------------------------

main:   call    find_sector_size
        mov     eax, [table.kernel_unit]        ; the first 32 KiB hold the whole setup part
        mov     ecx, [table.kernel_size]
        call    read_chunk
        mov     cx, BUFFER_SIZE / 4
        call    copy_to_setup
        mov     ax, SETUP_SEGMENT
        mov     fs, ax                          ; the setup header, from here on
        call    check_header
        call    load_command_line
        call    load_kernel
        call    load_initrd
        mov     byte [fs:LOADER_TYPE], 0xff
        or      byte [fs:LOAD_FLAGS], 0x80      ; the heap may be used
        mov     word [fs:HEAP_END], STACK_TOP - 0x200
        mov     dword [fs:COMMAND_LINE_POINTER], SETUP_SEGMENT * 16 + COMMAND_LINE
        cli
        mov     ax, SETUP_SEGMENT
        mov     ds, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     ss, ax
        mov     sp, STACK_TOP
        jmp     SETUP_SEGMENT + 0x20:0

; Sets the shift from units to the device's sectors: 512 or 2,048 bytes (INT 13h, function 48h).
find_sector_size:
        mov     al, [preloaded]                 ; without the function: a CD when the firmware loaded everything
        add     al, al
        mov     [unit_shift], al
        mov     si, parameters
        mov     word [si], 0x1a
        mov     ah, 0x48
        mov     dl, [drive]
        int     0x13
        jc      .done
        mov     ax, [parameters + 0x18]
        mov     byte [unit_shift], 0
        cmp     ax, 512
        je      .done
        mov     byte [unit_shift], 2
        cmp     ax, 2048
        je      .done
        mov     si, word_sector
        jmp     fail
.done:  ret

check_header:
        mov     si, word_kernel
        cmp     dword [fs:HEADER_MAGIC], 'HdrS'
        jne     fail
        cmp     word [fs:HEADER_VERSION], 0x0206        ; the first that tells the limit of the command line
        jb      fail
        test    byte [fs:LOAD_FLAGS], 1                 ; a bzImage
        jz      fail
        ret

load_command_line:
        mov     ecx, [table.command_line_size]
        mov     si, word_command_line
        cmp     ecx, COMMAND_LINE_MAX
        ja      fail
        cmp     ecx, [fs:COMMAND_LINE_SIZE]
        ja      fail
        mov     eax, [table.command_line_unit]
        push    ecx
        jecxz   .read
        call    read_chunk
.read:  pop     ecx
        push    ds
        push    es
        mov     ax, SETUP_SEGMENT
        mov     es, ax
        mov     ax, BUFFER_SEGMENT
        mov     ds, ax
        xor     si, si
        mov     di, COMMAND_LINE
        rep movsb
        mov     byte [es:di], 0
        pop     es
        pop     ds
        ret

load_kernel:
        movzx   eax, byte [fs:SETUP_SECTORS]
        test    al, al
        jnz     .known
        mov     al, 4
.known: inc     ax
        shl     eax, 9                          ; the setup part, boot sector included
        mov     si, word_kernel
        cmp     eax, BUFFER_SIZE
        ja      fail
        mov     ecx, [table.kernel_size]
        cmp     ecx, eax
        jbe     fail
        mov     edi, KERNEL_ADDRESS
        mov     ebx, ecx
        sub     ebx, eax
        add     ebx, edi
        mov     [lowest], ebx                   ; the initrd must not begin below
        mov     [skip], ax
        mov     eax, [table.kernel_unit]
        jmp     load_high

load_initrd:
        mov     ecx, [table.initrd_size]
        jecxz   .none
        call    find_initrd_address
        mov     [fs:INITRD_ADDRESS], edi
        mov     [fs:INITRD_SIZE], ecx
        mov     word [skip], 0
        mov     eax, [table.initrd_unit]
        jmp     load_high
.none:  ret

; Finds the highest place for ECX bytes that the kernel allows and the firmware's memory map has (INT 15h, function E820h).
; Gives EDI; keeps ECX.
find_initrd_address:
        cmp     word [fs:HEADER_VERSION], 0x020a
        jb      .search
        mov     eax, [fs:PREFERRED_ADDRESS]     ; the kernel unpacks itself there
        add     eax, [fs:INIT_SIZE]
        cmp     eax, [lowest]
        jbe     .search
        mov     [lowest], eax
.search:
        xor     edi, edi
        xor     ebx, ebx
.next:  push    ecx
        push    edi
        mov     eax, 0xe820
        mov     edx, 0x534d4150                 ; 'SMAP'
        mov     ecx, 20
        mov     di, parameters
        int     0x15
        pop     edi
        pop     ecx
        jc      .end
        cmp     eax, 0x534d4150
        jne     .end
        cmp     dword [parameters + 16], 1      ; usable memory
        jne     .other
        cmp     dword [parameters + 4], 0       ; beginning below 4 GiB
        jne     .other
        mov     eax, [parameters]
        add     eax, [parameters + 8]
        mov     edx, [parameters + 12]
        adc     edx, 0
        jnz     .limit                          ; it ends above 4 GiB
        cmp     eax, [fs:INITRD_ADDRESS_MAX]
        jbe     .place
.limit: mov     eax, [fs:INITRD_ADDRESS_MAX]
        inc     eax
        jnz     .place
        dec     eax
.place: sub     eax, ecx
        jc      .other
        and     eax, ~0xfff
        cmp     eax, [parameters]
        jb      .other
        cmp     eax, [lowest]
        jb      .other
        cmp     eax, edi
        jbe     .other
        mov     edi, eax
.other: test    ebx, ebx
        jnz     .next
.end:   mov     si, word_memory
        test    edi, edi
        jz      fail
        ret

; Loads the file at unit EAX, ECX bytes long, to the linear address EDI; leaves out its first [skip] bytes.
load_high:
        push    ecx
        push    eax
        call    read_chunk
        pop     eax
        pop     ecx
        mov     edx, BUFFER_SIZE                ; how much of the file this chunk holds
        cmp     edx, ecx
        jbe     .whole
        mov     edx, ecx
.whole: sub     ecx, edx
        add     eax, BUFFER_SIZE / UNIT
        pushad
        movzx   ebx, word [skip]
        sub     edx, ebx
        jz      .moved
        add     ebx, BUFFER_SEGMENT * 16
        call    move
.moved: popad
        movzx   ebx, word [skip]
        sub     edx, ebx
        add     edi, edx
        mov     word [skip], 0
        test    ecx, ecx
        jnz     load_high
        ret

; Moves EDX bytes from the linear address EBX to EDI (INT 15h, function 87h).
move:   mov     [descriptors.source + 2], bx
        shr     ebx, 16
        mov     [descriptors.source + 4], bl
        mov     [descriptors.source + 7], bh
        mov     [descriptors.target + 2], di
        shr     edi, 16
        mov     bx, di
        mov     [descriptors.target + 4], bl
        mov     [descriptors.target + 7], bh
        mov     cx, dx
        inc     cx
        shr     cx, 1
        mov     si, descriptors
        mov     ah, 0x87
        int     0x15
        mov     si, word_memory
        jc      fail
        ret

; Reads to the buffer what it holds of ECX bytes from unit EAX on.
read_chunk:
        cmp     ecx, BUFFER_SIZE
        jbe     .part
        mov     ecx, BUFFER_SIZE
.part:  mov     dword [packet.sector], eax
        mov     eax, ecx
        add     eax, UNIT - 1
        shr     eax, 9
        mov     cl, [unit_shift]
        mov     bx, 1                           ; round up to whole sectors
        shl     bx, cl
        dec     bx
        add     ax, bx
        shr     ax, cl
        mov     [packet.count], ax
        shr     dword [packet.sector], cl
        mov     si, packet
        jmp     read

; Copies CX double words from the buffer to the setup segment.
copy_to_setup:
        push    ds
        push    es
        mov     ax, BUFFER_SEGMENT
        mov     ds, ax
        mov     ax, SETUP_SEGMENT
        mov     es, ax
        xor     si, si
        xor     di, di
        rep movsd
        pop     es
        pop     ds
        ret

word_sector:       db 'sectors are neither 512 nor 2048 bytes', 0
word_kernel:       db 'not a bootable kernel', 0
word_command_line: db 'command line too long', 0
word_memory:       db 'not enough memory', 0

unit_shift: db  0
skip:   dw      0
lowest: dd      0

        align 8
packet: db      16, 0                           ; a disk address packet
.count: dw      0
        dw      0, BUFFER_SEGMENT
.sector: dq     0

descriptors:                                    ; what INT 15h, function 87h, wants
        dq      0, 0
.source: dw     0xffff, 0
        db      0, 0x93, 0, 0
.target: dw     0xffff, 0
        db      0, 0x93, 0, 0
        dq      0, 0

        times 2048 - ($ - $$) db 0

parameters equ $                                ; what the firmware answers, above the program
