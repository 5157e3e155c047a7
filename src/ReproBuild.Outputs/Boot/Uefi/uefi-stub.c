/* ReproBuild's UEFI boot program: the stub around which a unified kernel image is built (UAPI specification UAPI.5).
 *
 * The image that the firmware loads holds the sections .linux, .initrd and .cmdline beside this program. The program finds them through
 * its own section headers, offers the initrd through the LoadFile2 protocol (Linux asks for it there since version 5.8), gives the
 * command line as load options, and starts the kernel's own EFI entry point from memory.
 *
 * Everything from the firmware is declared here, by its place in the UEFI specification 2.10; there is no other source.
 * It uses no address of its own, so it needs no relocations. Built by eng/build-boot-programs.sh.
 */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef u64 status; /* EFI_STATUS; the highest bit marks an error */
typedef void *handle;

#if defined(__x86_64__)
#define EFIAPI __attribute__((ms_abi))
#else
#define EFIAPI
#endif

#define ERROR(code) (0x8000000000000000ULL | (code))
#define LOAD_ERROR ERROR(1)
#define INVALID_PARAMETER ERROR(2)
#define UNSUPPORTED ERROR(3)
#define BUFFER_TOO_SMALL ERROR(5)
#define LOADER_DATA 2

typedef struct { u32 a; u16 b, c; u8 d[8]; } guid;

/* EFI_TABLE_HEADER is 24 bytes long (4.2); of the tables only what is used has a type. */

typedef struct text_output {
    void *reset;
    status(EFIAPI *output_string)(struct text_output *self, const u16 *text);
} text_output;

typedef struct {
    u8 header[24];
    void *task_priority[2], *pages[3];
    status(EFIAPI *allocate_pool)(u32 type, u64 size, void **buffer);
    status(EFIAPI *free_pool)(void *buffer);
    void *events[6], *interfaces[3];
    status(EFIAPI *handle_protocol)(handle on, const guid *protocol, void **interface);
    void *reserved, *notify, *locate_handle, *locate_device_path, *install_configuration_table;
    status(EFIAPI *load_image)(u8 boot_policy, handle parent, void *path, const void *source, u64 size, handle *image);
    status(EFIAPI *start_image)(handle image, u64 *exit_data_size, u16 **exit_data);
    void *exit;
    status(EFIAPI *unload_image)(handle image);
    void *exit_boot_services, *monotonic_count;
    status(EFIAPI *stall)(u64 microseconds);
    void *watchdog, *controllers[2], *open_protocol[3], *handles[2], *locate_protocol;
    status(EFIAPI *install_interfaces)(handle *on, ...);
    status(EFIAPI *uninstall_interfaces)(handle on, ...);
} boot_services; /* 4.4 */

typedef struct {
    u8 header[24];
    void *vendor;
    u32 revision;
    handle console_in_handle;
    void *console_in;
    handle console_out_handle;
    text_output *console_out;
    handle error_handle;
    void *error;
    void *runtime;
    boot_services *boot;
} system_table; /* 4.3 */

typedef struct {
    u32 revision;
    handle parent;
    system_table *system;
    handle device;
    void *path, *reserved;
    u32 load_options_size;
    void *load_options;
    void *image_base;
    u64 image_size;
} loaded_image; /* 9.1 */

typedef struct load_file {
    status(EFIAPI *load)(struct load_file *self, void *path, u8 boot_policy, u64 *size, void *buffer);
    const u8 *content;
    u64 length;
} load_file; /* 13.2, with what this program keeps behind it */

typedef struct {
    u8 type, subtype;
    u16 length;
    guid vendor;
    u8 end[4];
} vendor_path; /* 10.3.5.3, with the end node */

typedef struct { const u8 *content; u64 length; } section;

static void copy(u8 *to, const u8 *from, u64 count)
{
    while (count--)
        *to++ = *from++;
}

static u32 read_u32(const u8 *at) { return at[0] | at[1] << 8 | at[2] << 16 | (u32)at[3] << 24; }
static u16 read_u16(const u8 *at) { return (u16)(at[0] | at[1] << 8); }

/* Finds a section by its name, padded with zeros to eight bytes (PE format, "Section Table"). */
static section find(const u8 *image, u64 name)
{
    const u8 *pe = image + read_u32(image + 0x3c);
    const u8 *header = pe + 24 + read_u16(pe + 20);
    for (u16 i = read_u16(pe + 6); i > 0; i--, header += 40)
        if ((read_u32(header) | (u64)read_u32(header + 4) << 32) == name)
            return (section){image + read_u32(header + 12), read_u32(header + 8)};
    return (section){0, 0};
}

#define NAME(a, b, c, d, e, f, g, h) \
    (a | (u64)b << 8 | (u64)c << 16 | (u64)d << 24 | (u64)e << 32 | (u64)f << 40 | (u64)g << 48 | (u64)h << 56)

/* EFI_LOAD_FILE2_PROTOCOL.LoadFile: tells the size first, then copies. */
static status EFIAPI load_initrd(load_file *self, void *path, u8 boot_policy, u64 *size, void *buffer)
{
    if (boot_policy)
        return UNSUPPORTED;
    if (!path || !size)
        return INVALID_PARAMETER;
    if (!buffer || *size < self->length) {
        *size = self->length;
        return BUFFER_TOO_SMALL;
    }
    *size = self->length;
    copy(buffer, self->content, self->length);
    return 0;
}

/* The command line as UTF-16; it is ASCII or UTF-8 up to three bytes a character. */
static u64 widen(u16 *to, section text)
{
    u64 count = 0;
    for (u64 i = 0; i < text.length && text.content[i]; i++) {
        u32 c = text.content[i];
        if (c >= 0xe0 && i + 2 < text.length) {
            c = (c & 15) << 12 | (text.content[i + 1] & 63) << 6 | (text.content[i + 2] & 63);
            i += 2;
        } else if (c >= 0xc0 && i + 1 < text.length) {
            c = (c & 31) << 6 | (text.content[i + 1] & 63);
            i++;
        }
        to[count++] = (u16)c;
    }
    to[count++] = 0;
    return count * 2;
}

/* Prints a word that says what failed, and gives the status back to the firmware. */
static status fail(system_table *system, status code, u64 word)
{
    u16 text[16];
    u64 i = 0;
    for (const u64 prefix = NAME('b', 'o', 'o', 't', ':', ' ', 0, 0); i < 6; i++)
        text[i] = (prefix >> (8 * i)) & 255;
    for (; word; word >>= 8)
        text[i++] = word & 255;
    text[i++] = '\r';
    text[i++] = '\n';
    text[i] = 0;
    system->console_out->output_string(system->console_out, text);
    system->boot->stall(3000000);
    return code;
}

static status start_kernel(handle self, system_table *system, section kernel, section command_line)
{
    const guid loaded_image_protocol = {0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
    boot_services *boot = system->boot;
    handle image = 0;
    loaded_image *loaded;
    status code = boot->load_image(0, self, 0, kernel.content, kernel.length, &image);
    if (code)
        return fail(system, code, NAME('k', 'e', 'r', 'n', 'e', 'l', 0, 0));
    code = boot->handle_protocol(image, &loaded_image_protocol, (void **)&loaded);
    if (!code && command_line.length) {
        code = boot->allocate_pool(LOADER_DATA, 2 * (command_line.length + 1), &loaded->load_options);
        if (!code)
            loaded->load_options_size = (u32)widen(loaded->load_options, command_line);
    }
    if (code) {
        boot->unload_image(image);
        return fail(system, code, NAME('m', 'e', 'm', 'o', 'r', 'y', 0, 0));
    }
    code = boot->start_image(image, 0, 0);
    return fail(system, code, NAME('r', 'e', 't', 'u', 'r', 'n', 'e', 'd'));
}

status EFIAPI efi_main(handle self, system_table *system)
{
    const guid loaded_image_protocol = {0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
    const guid device_path_protocol = {0x09576e91, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
    const guid load_file2_protocol = {0x4006c0c1, 0xfcb3, 0x403e, {0x99, 0x6d, 0x4a, 0x6c, 0x87, 0x24, 0xe0, 0x6d}};
    vendor_path path = {4, 3, 20, {0x5568e427, 0x68fc, 0x4f3d, {0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x68}}, {0x7f, 0xff, 4, 0}};
    boot_services *boot = system->boot;
    loaded_image *own;
    status code = boot->handle_protocol(self, &loaded_image_protocol, (void **)&own);
    if (code)
        return fail(system, code, NAME('i', 'm', 'a', 'g', 'e', 0, 0, 0));
    section kernel = find(own->image_base, NAME('.', 'l', 'i', 'n', 'u', 'x', 0, 0));
    section initrd = find(own->image_base, NAME('.', 'i', 'n', 'i', 't', 'r', 'd', 0));
    section command_line = find(own->image_base, NAME('.', 'c', 'm', 'd', 'l', 'i', 'n', 'e'));
    if (!kernel.length)
        return fail(system, LOAD_ERROR, NAME('k', 'e', 'r', 'n', 'e', 'l', 0, 0));
    load_file file = {load_initrd, initrd.content, initrd.length};
    handle on = 0;
    if (initrd.length) {
        code = boot->install_interfaces(&on, &device_path_protocol, &path, &load_file2_protocol, &file, (void *)0);
        if (code)
            return fail(system, code, NAME('i', 'n', 'i', 't', 'r', 'd', 0, 0));
    }
    code = start_kernel(self, system, kernel, command_line);
    if (on)
        boot->uninstall_interfaces(on, &device_path_protocol, &path, &load_file2_protocol, &file, (void *)0);
    return code;
}
