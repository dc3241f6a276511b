// Why a file or a folder could not be written, in a few words.

const REASONS: Readonly<Record<string, string>> = {
    EACCES: "no permission",
    EPERM: "no permission",
    EROFS: "read-only",
    ENOTDIR: "a part of the path is a file",
    EEXIST: "a part of the path is a file",
    EISDIR: "it is not a file",
    ENOSPC: "no space left",
    EDQUOT: "the quota is used up",
    EIO: "the disk does not answer",
    ENXIO: "the disk does not answer",
    ENODEV: "the disk does not answer",
    ESTALE: "it is gone",
    ENOENT: "it is gone",
    EFBIG: "the file is too large for this disk",
    EMFILE: "too many files are open",
    ENFILE: "too many files are open",
    ELOOP: "its symbolic links form a circle",
    ENAMETOOLONG: "the name is too long",
    EBUSY: "it is in use",
    EXDEV: "it is another disk",
}

/** Why it failed; an error that is not known is told by its code or its message. */
export function diskReason(error: unknown): string {
    const { code, message } = error as NodeJS.ErrnoException
    return REASONS[code ?? ""] ?? code ?? message
}

/** Whether the system refused, and not this program. */
export function isDiskError(error: unknown): error is NodeJS.ErrnoException {
    const { code, syscall } = error as NodeJS.ErrnoException
    return error instanceof Error && typeof code === "string" && syscall !== undefined
}
