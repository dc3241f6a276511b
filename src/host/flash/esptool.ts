// Finds and runs esptool, which writes an image to an ESP32, and converts its failures to messages.

import { spawn } from "node:child_process"
import { accessSync, constants, readdirSync, statSync } from "node:fs"
import { Interrupted, RunError, UsageError } from "../errors"

/** Ways to call esptool; the first that answers is used. */
const COMMANDS = [
    ["esptool"],
    ["esptool.py"],
    ["python3", "-m", "esptool"],
    ["python", "-m", "esptool"],
] as const
/** Minimum version, the same as for DeviceScript's tools. */
const OLDEST = { major: 4, minor: 5 }
/** From this major version on, commands are written with a dash. */
const DASH_MAJOR = 5
const INSTALL = "install it with `pip install esptool` (it needs Python 3)"

export interface Esptool {
    /** Program and first arguments. */
    readonly command: readonly string[]
    readonly major: number
}

/** @throws RunError if there is none, or only an old one */
export async function findEsptool(): Promise<Esptool> {
    let old = ""
    for (const call of COMMANDS) {
        const { status, output } = await run([...call, "version"])
        const version = /^(?:esptool(?:\.py)? )?v?(\d+)\.(\d+)/m.exec(output)
        if (status !== 0 || !version) continue
        const [major, minor] = [Number(version[1]), Number(version[2])]
        const isOld = major === OLDEST.major ? minor < OLDEST.minor : major < OLDEST.major
        if (!isOld) return { command: call, major }
        old = `${major}.${minor}`
    }
    throw new RunError(
        old
            ? `esptool ${old} is too old (${OLDEST.major}.${OLDEST.minor} or later is needed); run \`pip install --upgrade esptool\`.`
            : `esptool, which writes to the board, was not found; ${INSTALL} and run this again.`
    )
}

/** The command that writes an image with this version of esptool. */
export function writeCommand(
    { command: call, major }: Esptool,
    what: { chip: string; port: string; baud: number; offset: string; file: string }
): string[] {
    return [
        ...call,
        ...["--chip", what.chip],
        ...["--port", what.port],
        ...["--baud", String(what.baud)],
        major >= DASH_MAJOR ? "write-flash" : "write_flash",
        ...[what.offset, what.file],
    ]
}

/**
 * Checks that the port exists and that this user may open it.
 * @throws UsageError if there is no such port, RunError without permission
 */
export function checkPort(port: string): void {
    // On Windows ports are not files: esptool reports a missing one.
    if (process.platform === "win32") return
    const about = statSync(port, { throwIfNoEntry: false })
    if (!about?.isCharacterDevice())
        throw new UsageError(
            `${port} ${about ? "is not a serial port" : "does not exist"}; ${portsText()}`
        )
    try {
        accessSync(port, constants.R_OK | constants.W_OK)
    } catch {
        throw new RunError(permissionText(port))
    }
}

function portsText(): string {
    const names = readdirSync("/dev").filter(n =>
        /^(ttyACM|ttyUSB|cu\.usb|cu\.wchusb|cu\.SLAB)/.test(n)
    )
    return names.length > 0
        ? `these ports exist: ${names.map(n => `/dev/${n}`).join(", ")}.`
        : "no port of a board was found: connect the board by USB with a cable that carries data, and run this again."
}

const permissionText = (port: string): string =>
    `This user has no permission to open ${port}; on Linux, run \`sudo usermod -aG dialout $USER\`, log out and in, and run this again.`

/**
 * @param call from {@link writeCommand}
 * @param show receives the fraction done, 0 to 1
 * @throws RunError with what to do next, Interrupted
 */
export async function writeImage(
    call: readonly string[],
    port: string,
    show: (fraction: number) => void,
    stop: AbortSignal
): Promise<void> {
    const { status, output } = await run(call, stop, text => {
        const percents = [...text.matchAll(/(\d+(?:\.\d+)?)\s*%/g)]
        const last = percents.at(-1)?.[1]
        if (last !== undefined) show(Math.min(1, Number(last) / 100))
    })
    if (stop.aborted)
        throw new Interrupted(
            "Stopped while the board was being written; its program may be incomplete, so run this again."
        )
    if (status !== 0) throw new RunError(esptoolErrorText(output, port, status))
}

/** Sentences by what esptool printed; the first match is used. */
const SENTENCES: readonly [RegExp, (port: string) => string][] = [
    [/permission denied|access is denied/i, permissionText],
    [
        /port is busy|resource busy|exclusively lock|multiple access/i,
        port =>
            `Another program is using ${port}; end it, such as a serial monitor or \`devs devtools --serial\`, and run this again.`,
    ],
    [
        /wrong --?chip argument|this chip is |unexpected chip id/i,
        port =>
            `The chip at ${port} is not the one this firmware is for; connect the cart's board, or name its port with --port.`,
    ],
    [
        /failed to connect|no serial data received|unable to verify flash chip|timed out waiting for packet/i,
        port =>
            `The board at ${port} does not answer; hold its BOOT button, press RESET, let BOOT go, and run this again.`,
    ],
    [
        /could not open|no such file|cannot find the file|doesn't exist/i,
        port => `${port} cannot be opened; connect the board by USB and name its port with --port.`,
    ],
    [
        /device (reports readiness|disconnected)|serial exception|invalid head of packet|md5 of file does not match|chip stopped responding|write timeout/i,
        port =>
            `The connection to ${port} was lost and the board's program may be incomplete; try another cable, or --baud 115200, and run this again.`,
    ],
]

function esptoolErrorText(output: string, port: string, status: number | null): string {
    const known = SENTENCES.find(([pattern]) => pattern.test(output))
    if (known) return known[1](port)
    const lastLine = output.trim().split(/\r?\n/).at(-1)
    return `esptool failed (status ${status})${lastLine ? `: ${lastLine}` : ""}; the board's program may be incomplete, so run this again.`
}

/** Status null: the program could not be started. */
function run(
    [command, ...args]: readonly string[],
    signal?: AbortSignal,
    onOutput: (text: string) => void = () => undefined
): Promise<{ status: number | null; output: string }> {
    return new Promise(resolve => {
        let output = ""
        const collect = (data: unknown): void => {
            output += String(data)
            onOutput(String(data))
        }
        const child = spawn(command!, args, {
            stdio: ["ignore", "pipe", "pipe"],
            signal,
        })
        child.stdout.on("data", collect)
        child.stderr.on("data", collect)
        // Only if it never started. A program that was stopped is waited for, since it holds the port until it ends.
        child.on("error", () => {
            if (child.pid === undefined) resolve({ status: null, output })
        })
        child.on("close", status => resolve({ status, output }))
    })
}
