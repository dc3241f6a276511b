// Responsible for: `ivus trace`: an SPI trace, ours or a logic analyser's, as register accesses to read and compare.
// Not for: recording one (`ivus pullback --trace-spi`).

import { readFileSync } from "node:fs"
import { fieldWords, hexOf } from "../../registers/print"
import { registerOf } from "../../registers/fields-of"
import {
    DEVICES,
    parseTraceLine,
    SpiTraceDecoder,
    TraceError,
    type RegisterAccess,
} from "../../registers/spi-trace"
import { UsageError } from "../../errors"

/** Prints one line for each write, and with `all` for each read. */
export function traceCommand(file: string, options: { all?: boolean }): void {
    let text: string
    try {
        text = readFileSync(file, "utf8")
    } catch (error) {
        throw new UsageError(
            `The trace "${file}" cannot be read (${(error as NodeJS.ErrnoException).code}); name a file of --trace-spi.`
        )
    }
    const decoder = new SpiTraceDecoder(access => {
        if (options.all || access.kind === "write") process.stdout.write(`${accessLine(access)}\n`)
    })
    text.split("\n").forEach((line, i) => {
        if (line.trim() === "") return
        try {
            decoder.take(parseTraceLine(line, i + 1))
        } catch (error) {
            if (error instanceof TraceError) throw new UsageError(error.message)
            throw error
        }
    })
    decoder.end()
}

const NAMES = Object.fromEntries(Object.entries(DEVICES).map(([name, chip]) => [chip, name]))

function accessLine(a: RegisterAccess): string {
    const { chip, address, value } = a
    const name = registerOf(chip, address)?.name ?? hexOf(address, 2)
    return [
        a.timeUs.toFixed(1).padStart(14),
        NAMES[chip]!.padEnd(11),
        a.kind.padEnd(5),
        name.padEnd(20),
        (value === undefined ? "" : hexOf(value)).padEnd(10),
        value === undefined ? "" : fieldWords(chip, address, value).join(", "),
    ]
        .join("  ")
        .trimEnd()
}
