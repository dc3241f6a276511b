// The file of --trace-spi: one JSON line a chip select, to compare with a logic analyser's trace.

import { closeSync, openSync, rmSync, statSync, writeSync } from "node:fs"
import { diskReason } from "../../disk-reason"
import { RunError, UsageError } from "../../errors"
import { logText } from "../../log/log-text"
import type { VirtualBoardOptions } from "../../targets/virtual/virtual-cart"

export interface SpiTraceFile {
    readonly onSpi: NonNullable<VirtualBoardOptions["onSpi"]>
    /** Why the trace is not whole. */
    readonly error: RunError | undefined
    close(): void
}

/** @throws UsageError when there is such a file, or when it cannot be written */
export function openSpiTrace(file: string): SpiTraceFile {
    const name = logText(file)
    const fd = opened(file, name)
    let error: RunError | undefined
    let isEmpty = true
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
    return {
        onSpi: ({ timeUs, device, mosi, miso }) => {
            if (error) return
            const record = { t_us: timeUs, device, mosi: hex(mosi), miso: hex(miso) }
            try {
                writeSync(fd, `${JSON.stringify(record)}\n`)
                isEmpty = false
            } catch (cause) {
                // The board of the virtual cart must not see it: it has no part in the trace.
                error = new RunError(
                    `The trace "${name}" is not whole (${diskReason(cause)}); make space for it and repeat the run.`
                )
            }
        },
        get error() {
            return error
        },
        close: () => {
            closeSync(fd)
            // A run that was refused leaves no trace, so that it can be repeated with the same options.
            if (isEmpty && isFile(file)) rmSync(file, { force: true })
        },
    }
}

function opened(file: string, name: string): number {
    try {
        // A pipe or a device may be there.
        const there = statSync(file, { throwIfNoEntry: false })
        return openSync(file, there && !there.isFile() ? "w" : "wx")
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST")
            throw new UsageError(
                `There is a file "${name}" already, and a trace never overwrites one; name another file with --trace-spi.`
            )
        throw new UsageError(
            `The trace "${name}" cannot be written (${diskReason(error)}); name a writable file with --trace-spi.`
        )
    }
}

function isFile(file: string): boolean {
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true
}
