// One official DeviceScript VM (@devicescript/cli) in this process, with the clock, sockets, settings and log supplied by the caller.
// Several can run side by side.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname } from "node:path"
import { EventEmitter } from "node:events"
import * as fs from "node:fs"
import type { VirtualClock } from "./virtual-clock"
import { type VmExports, instrumentedWebAssembly } from "./vm-exports"
import { VmHeap } from "./vm-heap"
import { OpcodeCounter } from "./vm-opcodes"
import type { VmStopwatch } from "./vm-time"

const require = createRequire(import.meta.url)

/** Environment of the VM. */
export interface DeviceVmHost {
    readonly clock: VirtualClock
    /** A frame that the VM sent on the Jacdac bus, without its length prefix. */
    onFrame(frame: Uint8Array): void
    /** The program opens its TCP socket; the host replies through `peer`. */
    onConnect(peer: VmSocket): void
    /** A line printed by the VM or its program. */
    onLog(line: string): void
    /** Bytes for the VM's random generator. */
    randomBytes(count: number): Uint8Array
}

/** The VM's only TCP socket, seen from its peer. Call its methods only from clock alarms. */
export interface VmSocket {
    readonly host: string
    readonly port: number
    /** Whether the program requested TLS; the bytes here are plain in both cases. */
    readonly tls: boolean
    /** Called with bytes from the VM; set it before {@link accept}. */
    onData: (bytes: Uint8Array) => void
    /** Called when the VM closes the socket. */
    onEnd: () => void
    accept(): void
    refuse(reason: string): void
    /** Sends bytes to the VM as one chunk. */
    send(bytes: Uint8Array): void
    /** Closes the connection from the peer's side. */
    end(): void
}

/** File in which `devs run` keeps its settings; here the flash is in memory. */
const FLASH_FILE = /[/\\]flash[/\\]sim\.bin$/

/** First bytes of bytecode. The CLI takes any other file for source text and compiles it. */
const MAGIC = Buffer.from("446576530a6e29f1", "hex")

let compiled: { run: (...scope: unknown[]) => void; file: string } | undefined

/** Real time after which a boot counts as failed; it takes about 1.5 s. */
const BOOT_LIMIT_MS = 30_000

const SCOPE = [
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
]

/** The CLI is one CommonJS file of 28 MB: compiled once, evaluated once per VM. */
function compileCli(): NonNullable<typeof compiled> {
    if (compiled) return compiled
    const file = require.resolve("@devicescript/cli/built/devicescript-cli.cjs")
    const run = new Function(...SCOPE, readFileSync(file, "utf8")) as (...scope: unknown[]) => void
    compiled = { run, file }
    return compiled
}

export class DeviceVm {
    private deliver: ((bytes: Uint8Array) => void) | undefined
    private stopped = false
    private stalledUntilUs = 0
    private deployed = false
    private lastLine = ""
    private inside: { exports: VmExports; heap: VmHeap; time: VmStopwatch } | undefined
    /** Access to the program's latest socket while it is open. */
    private socket: (() => ((bytes: Uint8Array) => void) | undefined) | undefined
    private constructor(
        private readonly host: DeviceVmHost,
        private flash: Uint8Array
    ) {}

    /**
     * Boots the VM with a program, which starts running when the clock is next stepped.
     * @param bytecodeFile path of a `bytecode.devs` written by `devs build`
     * @param flash settings flash of an earlier run
     * @throws Error when the file is not bytecode or the VM does not boot
     */
    static async boot(
        bytecodeFile: string,
        host: DeviceVmHost,
        flash: Uint8Array = new Uint8Array(0)
    ): Promise<DeviceVm> {
        checkBytecode(bytecodeFile)
        const device = new DeviceVm(host, flash)
        await device.start(bytecodeFile)
        return device
    }

    /** The settings flash; pass it to {@link boot} to power up again with it. */
    get settings(): Uint8Array {
        return this.flash
    }

    /** Heap of the VM, read from outside. */
    get heap(): VmHeap {
        return this.booted.heap
    }

    /** Stopwatch of the VM; runs while {@link VmStopwatch.enabled} is set. */
    get time(): VmStopwatch {
        return this.booted.time
    }

    /** Counts the VM's instructions from now on. */
    countOpcodes(): OpcodeCounter {
        return new OpcodeCounter(this.booted.exports)
    }

    private get booted(): NonNullable<typeof this.inside> {
        if (!this.inside) throw new Error("the VM has not been booted")
        return this.inside
    }

    /** Delivers one frame from the bus. Call only from a clock alarm: the VM drops frames while it runs. */
    receive(frame: Uint8Array): void {
        if (this.stopped || !this.deliver) return
        const prefixed = Buffer.allocUnsafe(frame.length + 1)
        prefixed[0] = frame.length
        prefixed.set(frame, 1)
        this.whenNotStalled(() => this.deliver?.(prefixed))
    }

    /**
     * Stalls the VM for `us`, as if the processor were busy elsewhere. Events for the VM are
     * queued meanwhile, in order.
     */
    stall(us: number): void {
        this.stalledUntilUs = this.host.clock.nowUs + us
    }

    /** Runs `action` now, or when the stall is over; never once the VM has lost power. */
    private whenNotStalled(action: () => void): void {
        if (this.stopped) return
        const { clock } = this.host
        if (clock.nowUs < this.stalledUntilUs)
            clock.at(this.stalledUntilUs, () => this.whenNotStalled(action))
        else action()
    }

    /**
     * Sends bytes to the program as one chunk of its socket, beside those of the peer: the only input that carries
     * more than a packet. The program processes them in its next turn, which {@link receive} starts.
     * Undefined while the program has no open socket.
     */
    get bulk(): ((bytes: Uint8Array) => void) | undefined {
        return this.stopped ? undefined : this.socket?.()
    }

    /** Removes power: nothing of the VM runs any more. */
    stop(): void {
        this.stopped = true
    }

    private async start(bytecodeFile: string): Promise<void> {
        const cli = compileCli()
        const module = { exports: {} as { mainCli(): Promise<void> } }
        const { clock } = this.host
        const scope: Record<string, unknown> = {
            exports: module.exports,
            require: (name: string) => this.requireForVm(name),
            module,
            __filename: cli.file,
            __dirname: dirname(cli.file),
            process: this.processForVm(bytecodeFile),
            console: this.consoleForVm(),
            Date: dateOf(clock),
            setTimeout: (action: () => void, ms = 0) =>
                clock.after(ms * 1000, () => this.whenNotStalled(action)),
            clearTimeout: cancel,
            // Emscripten's only interval warns when WASM loads slowly; it is not needed.
            setInterval: () => ({ cancelled: false }),
            clearInterval: cancel,
            WebAssembly: instrumentedWebAssembly((exports, time) => {
                this.inside = { exports, heap: new VmHeap(exports), time }
            }),
        }
        cli.run(...SCOPE.map(name => scope[name]))
        await module.exports.mainCli()
        // mainCli returns before its command has finished; a line of its output marks the end.
        const deadline = performance.now() + BOOT_LIMIT_MS
        while (!this.deployed) {
            if (this.stopped || performance.now() > deadline)
                throw new Error(`the VM did not boot: ${this.lastLine || "no output"}`)
            await new Promise(resolve => setImmediate(resolve))
        }
    }

    private processForVm(bytecodeFile: string): object {
        return Object.assign(Object.create(process), {
            argv: ["node", "devs", "--quiet", "run", bytecodeFile, "--tcp"],
            env: { ...process.env, NO_UPDATE_NOTIFIER: "1", NO_COLOR: "1" },
            exit: (code: number) => {
                this.stop()
                throw new Error(`the VM exited with status ${code}`)
            },
            on: () => undefined,
        })
    }

    private consoleForVm(): object {
        const log = (...words: unknown[]): void => {
            this.lastLine = words.map(String).join(" ").trimEnd()
            if (this.lastLine.startsWith("self-deployed")) this.deployed = true
            this.host.onLog(this.lastLine)
        }
        return { log, debug: log, info: log, warn: log, error: log }
    }

    private requireForVm(name: string): unknown {
        switch (name.replace(/^node:/, "")) {
            case "net":
                return {
                    ...require("node:net"),
                    createConnection: this.connect,
                }
            case "tls":
                return {
                    ...require("node:tls"),
                    connect: (target: { host: string; port: number }) =>
                        this.openUserSocket(target.host, target.port, true),
                }
            case "crypto":
                return {
                    ...require("node:crypto"),
                    randomBytes: (count: number) => this.host.randomBytes(count),
                }
            case "fs":
                return this.fsForVm()
            default:
                return require(name)
        }
    }

    private fsForVm(): object {
        return {
            ...fs,
            readFileSync: (file: fs.PathOrFileDescriptor, ...rest: never[]) =>
                typeof file === "string" && FLASH_FILE.test(file)
                    ? this.flash
                    : fs.readFileSync(file, ...rest),
            writeFileSync: (file: fs.PathOrFileDescriptor, data: Uint8Array, ...rest: never[]) => {
                if (typeof file === "string" && FLASH_FILE.test(file))
                    this.flash = Uint8Array.from(data)
                else fs.writeFileSync(file, data, ...rest)
            },
        }
    }

    private readonly connect = (
        target: number | { host: string; port: number },
        _host?: string,
        onOpen?: () => void
    ): object =>
        typeof target === "number"
            ? this.openBus(onOpen)
            : this.openUserSocket(target.host, target.port, false)

    /** The Jacdac bus. Each frame is preceded by its length: one byte, or 0xff and two bytes. */
    private openBus(onOpen?: () => void): object {
        const socket = new EventEmitter()
        this.deliver = bytes => socket.emit("data", bytes)
        queueMicrotask(() => onOpen?.())
        return Object.assign(socket, {
            setNoDelay: () => undefined,
            end: () => undefined,
            write: (bytes: Uint8Array) =>
                this.host.onFrame(bytes.subarray(bytes[0] === 0xff ? 3 : 1)),
        })
    }

    private openUserSocket(host: string, port: number, tls: boolean): object {
        const socket = new EventEmitter()
        let open = true
        let connected = false
        const close = (event: () => void): void => {
            if (!open || this.stopped) return
            open = false
            event()
        }
        const peer: VmSocket = {
            host,
            port,
            tls,
            onData: () => undefined,
            onEnd: () => undefined,
            accept: () => {
                if (!open || this.stopped) return
                connected = true
                socket.emit("connect")
            },
            refuse: reason =>
                close(() => {
                    socket.emit("error", new Error(reason))
                    socket.emit("close", true)
                }),
            send: bytes => this.whenNotStalled(() => void (open && socket.emit("data", bytes))),
            end: () => close(() => socket.emit("close", false)),
        }
        const chunk = (bytes: Uint8Array): void => void socket.emit("data", bytes)
        this.socket = () => (open && connected ? chunk : undefined)
        this.host.onConnect(peer)
        return Object.assign(socket, {
            write: (bytes: Uint8Array) => open && peer.onData(bytes),
            end: () => {
                if (!open) return
                open = false
                peer.onEnd()
            },
        })
    }
}

/** The CLI throws on a wrong file where nobody can catch it, so the file is checked first. */
function checkBytecode(file: string): void {
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
function dateOf(clock: VirtualClock): DateConstructor {
    return new Proxy(Date, {
        get: (target, key) => (key === "now" ? () => clock.dateMs : Reflect.get(target, key)),
        construct: (target, args: [number]) =>
            args.length > 0 ? new target(...args) : new target(clock.dateMs),
    })
}

function cancel(alarm: { cancelled: boolean } | null | undefined): void {
    if (alarm) alarm.cancelled = true
}
