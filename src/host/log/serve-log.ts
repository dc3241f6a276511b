// The log of `ivus serve`: what it prints, and every event of every cart. It is rotated, so that it can run for months.

import { join } from "node:path"
import { LogFile } from "./log-file"

/** 25 MB in all: weeks of runs. */
export const SERVE_LOG_BYTES = 5_000_000
export const SERVE_LOG_OLD_FILES = 4
/** A cart that is refused tries again every second. */
const REPEAT_MS = 60_000

/** One file a port, as two programs cannot rotate the same one. */
export function serveLog(folder: string, port: number, report: (line: string) => void): LogFile {
    return new LogFile(join(folder, `serve-${port}.log`), report, {
        maxBytes: SERVE_LOG_BYTES,
        oldFiles: SERVE_LOG_OLD_FILES,
        repeatMs: REPEAT_MS,
    })
}
