// `ivus trace`: an SPI trace, of the virtual board or of a logic analyser, as register accesses.

import { readFileSync } from "node:fs"
import type { Command } from "commander"
import { UsageError } from "../../errors"
import { registerOf } from "../../registers/fields-of"
import { fieldWords, hexOf } from "../../registers/print"
import { DISCLAIMER } from "../options/output-options"
import {
    DEVICES,
    parseTraceLine,
    type RegisterAccess,
    SpiTraceDecoder,
    TraceError,
} from "../../registers/spi-trace"

const HELP = `One line per access: time in us, device, kind, register, value, fields. A logic analyser's trace in
the same format can be compared with it.`

export function addTraceCommand(ivus: Command): void {
    ivus.command("trace")
        .description("print an SPI trace as register writes")
        .argument("<file>", "JSON lines as written by `pullback --trace-spi`")
        .option("--all", "print reads as well")
        .addHelpText("after", `\n${HELP}\n\n${DISCLAIMER}`)
        .action(printTrace)
}

function printTrace(file: string, { all }: { all?: true }): void {
    const decoder = new SpiTraceDecoder(access => {
        if (all || access.kind === "write") process.stdout.write(`${accessLine(access)}\n`)
    })
    readTrace(file)
        .split("\n")
        .forEach((line, i) => {
            if (line.trim() === "") return
            try {
                decoder.add(parseTraceLine(line, i + 1))
            } catch (error) {
                if (error instanceof TraceError) throw new UsageError(error.message)
                throw error
            }
        })
    decoder.end()
}

function readTrace(file: string): string {
    try {
        return readFileSync(file, "utf8")
    } catch (error) {
        throw new UsageError(
            `The trace "${file}" cannot be read (${(error as NodeJS.ErrnoException).code}); name a file written by --trace-spi.`
        )
    }
}

const NAMES = Object.fromEntries(Object.entries(DEVICES).map(([name, chip]) => [chip, name]))

function accessLine({ chip, address, value, kind, timeUs }: RegisterAccess): string {
    const name = registerOf(chip, address)?.name ?? hexOf(address, 2)
    return [
        timeUs.toFixed(1).padStart(14),
        NAMES[chip]!.padEnd(11),
        kind.padEnd(5),
        name.padEnd(20),
        (value === undefined ? "" : hexOf(value)).padEnd(10),
        value === undefined ? "" : fieldWords(chip, address, value).join(", "),
    ]
        .join("  ")
        .trimEnd()
}
