// Evaluates the DeviceScript CLI in a sandbox: with its own clock, process, console and flash instead of the real ones.

import * as fs from "node:fs"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { compiledFile } from "./compiled-file"
import type { VirtualClock } from "./virtual-clock"

const require = createRequire(import.meta.url)

/** File in which `devs run` keeps its settings; here the flash is in memory. */
const FLASH_FILE = /[/\\]flash[/\\]sim\.bin$/

/** First bytes of bytecode. The CLI takes any other file for source text and compiles it. */
const MAGIC = Buffer.from("446576530a6e29f1", "hex")

let compiled: { run: (...scope: unknown[]) => void; file: string } | undefined

export const SCOPE = [
    "exports",
    "require",
    "module",
    "__filename",
    "__dirname",
    "process",
    "console",
    "Date",
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
    "WebAssembly",
    "inner",
    "shared",
]

/** The two variables of the CLI in which it keeps state of a running VM outside the VM's memory. */
export interface InnerState {
    /** Handle of the pending timer. */
    timer: unknown
    /** The program's socket. */
    socket: unknown
}

/** Code added after the declaration of each, so that a snapshot can save and restore it. */
const INNER: readonly [declaration: string, name: keyof InnerState, variable: string][] = [
    ["var devs_timeout = void 0;", "timer", "devs_timeout"],
    ["let currSock;", "socket", "currSock"],
]

/** Gives access to these variables; the CLI is otherwise unchanged. */
function withAccess(source: string): string {
    for (const [declaration, name, variable] of INNER) {
        if (source.split(declaration).length !== 2)
            throw new Error(`the CLI has no single "${declaration}"; use version 2.16.4`)
        const access = `Object.defineProperty(inner, "${name}", { get: () => ${variable}, set: to => { ${variable} = to; } });`
        source = source.replace(declaration, declaration + access)
    }
    return source
}

/** The CLI's debugger, half of its source: `devs run` does not use it. */
const DEBUGGER = "var require_devicescript_dap = "
/** The CLI's compiler. Only its texts and tables are used here, and it keeps no state of a VM: all VMs of a process share it. */
const COMPILER = "__toESM(require_devicescript_compiler_node())"
/** The compiler's table of source positions, parsed at each boot. It is plain JSON, and the CLI's parser of JSON5 takes 100 ms. */
const READ_JSON5 = "return (0, import_interop2.parseJSON5)(text);"

/** Leaves out or shares what takes long and has no effect on a VM. */
function withFastBoot(source: string): string {
    const from = source.indexOf(DEBUGGER)
    const to = source.indexOf("\n});\n", from)
    if (from < 0 || to < 0 || !source.includes(COMPILER) || !source.includes(READ_JSON5))
        throw new Error("the CLI has other parts than expected; use version 2.16.4")
    return `${source.slice(0, from)}${DEBUGGER}() => ({})${source.slice(to + "\n})".length)}`
        .replace(READ_JSON5, "return JSON.parse(text);")
        .replaceAll(COMPILER, `shared(() => ${COMPILER})`)
}

let compiler: unknown

/** What the first VM of this process made. */
export function shared(make: () => unknown): unknown {
    compiler ??= make()
    return compiler
}

/** The parts of the CLI that a VM needs, as a function of {@link SCOPE}. */
function prepared(source: string): string {
    const head = `(function (${SCOPE.join(", ")}) {`
    return `${head}${withAccess(withFastBoot(source))}\n})`
}

/** The size of the simulator's flash in the text of the CLI, in bytes. */
const FLASH_SIZE = /return 128 \* 1024;/
let flashBytes: number | undefined

/** For the settings of a board with more flash than the simulator has; undefined: as it is. For VMs that are started afterwards. */
export function useFlashOf(bytes: number | undefined): void {
    flashBytes = bytes
    compiled = undefined
}

function withFlash(source: string): string {
    if (flashBytes === undefined) return source
    if (!FLASH_SIZE.test(source))
        throw new Error("The CLI states no size of the flash; see whether its version has changed.")
    return source.replace(FLASH_SIZE, `return ${flashBytes};`)
}

/** The CLI is one CommonJS file of 28 MB: compiled once, evaluated once per VM. */
export function compileCli(): NonNullable<typeof compiled> {
    if (compiled) return compiled
    const file = require.resolve("@devicescript/cli/built/devicescript-cli.cjs")
    const cache = join(file, "..", "..", "..", "..", ".cache", "virtual-board")
    const recipe = [
        prepared,
        withAccess,
        withFastBoot,
        INNER,
        SCOPE,
        DEBUGGER,
        COMPILER,
        READ_JSON5,
        flashBytes,
    ].join("\n")
    const prepare = (source: string): string => prepared(withFlash(source))
    const run = compiledFile(file, cache, recipe, prepare) as (...of: unknown[]) => void
    compiled = { run, file }
    return compiled
}

/** The exception of the CLI for an invalid file cannot be caught, so the file is checked first. */
export function checkBytecode(file: string): void {
    let head: Buffer
    try {
        head = readFileSync(file).subarray(0, MAGIC.length)
    } catch (e) {
        const { code } = e as NodeJS.ErrnoException
        throw new Error(`cannot read the firmware ${file} (${code}); run npm run build`)
    }
    if (!MAGIC.equals(head)) throw new Error(`${file} is not DeviceScript bytecode`)
}

/** `Date` whose current time is the clock's. */
export function dateOf(clock: VirtualClock): DateConstructor {
    class VmDate extends Date {
        constructor(...args: [] | [number]) {
            super(...((args.length > 0 ? args : [clock.dateMs]) as [number]))
        }
        /** The VM reads it at each of its steps. */
        static override now = (): number => clock.dateMs
    }
    return VmDate as unknown as DateConstructor
}

export function cancel(alarm: { cancelled: boolean } | null | undefined): void {
    if (alarm) alarm.cancelled = true
}

/** Node's `process` with the command line of `devs run`. */
export function processFor(
    bytecodeFile: string,
    deviceId: string | undefined,
    onExit: (status: number) => never
): object {
    const id = deviceId === undefined ? [] : ["--device-id", deviceId]
    return Object.assign(Object.create(process), {
        argv: ["node", "devs", "--quiet", "run", bytecodeFile, "--tcp", ...id],
        env: { ...process.env, NO_UPDATE_NOTIFIER: "1", NO_COLOR: "1" },
        exit: onExit,
        on: () => undefined,
    })
}

/** A `console` that passes every line to `onLine`. */
export function consoleFor(onLine: (line: string) => void): object {
    const log = (...words: unknown[]): void => onLine(words.map(String).join(" ").trimEnd())
    return { log, debug: log, info: log, warn: log, error: log }
}

/** Node's `fs`, except for the flash file, which is in memory. */
export function fsFor(flash: { read(): Uint8Array; write(data: Uint8Array): void }): object {
    return {
        ...fs,
        readFileSync: (file: fs.PathOrFileDescriptor, ...rest: never[]) =>
            typeof file === "string" && FLASH_FILE.test(file)
                ? flash.read()
                : fs.readFileSync(file, ...rest),
        writeFileSync: (file: fs.PathOrFileDescriptor, data: Uint8Array, ...rest: never[]) => {
            if (typeof file === "string" && FLASH_FILE.test(file))
                flash.write(Uint8Array.from(data))
            else fs.writeFileSync(file, data, ...rest)
        },
    }
}
