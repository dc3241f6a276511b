// Responsible for: one DeviceScript VM, the official one of @devicescript/cli, run in this process
// under a clock, sockets, settings and a log of ours. Several may live side by side.
// Not for: what is on the other end of its bus or sockets.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname } from "node:path"
import { EventEmitter } from "node:events"
import * as fs from "node:fs"
import type { VirtualClock } from "./virtual-clock"
import { type VmExports, webAssemblyTelling } from "./vm-exports"
import { VmHeap } from "./vm-heap"
import { OpcodeCounter } from "./vm-opcodes"
import type { VmTime } from "./vm-time"

const require = createRequire(import.meta.url)

/** What the VM's outside world does for it. */
export interface DeviceVmHost {
    readonly clock: VirtualClock
    /** A frame that the VM sent on the Jacdac bus, without length prefix. */
    onFrame(frame: Uint8Array): void
    /** The program opens its TCP socket; the host answers through `peer`. */
    onConnect(peer: VmSocket): void
    /** A line that the VM or its program printed. */
    onLog(line: string): void
    /** Bytes for the VM's random generator. */
    randomBytes(count: number): Uint8Array
}

/** The VM's only TCP socket, as its peer sees it. Deliver only from clock alarms. */
export interface VmSocket {
    readonly host: string
    readonly port: number
    /** The program asked its runtime for TLS below its bytes; here they stay as they are. */
    readonly tls: boolean
    /** Bytes from the VM; set before {@link accept}. */
    onData: (bytes: Uint8Array) => void
    /** The VM closed the socket. */
    onEnd: () => void
    accept(): void
    refuse(reason: string): void
    /** Bytes to the VM, as one chunk. */
    send(bytes: Uint8Array): void
    /** The peer closes. */
    end(): void
}

/** Where `devs run` would keep its settings; the VM's flash lives in memory instead. */
const FLASH_FILE = /[/\\]flash[/\\]sim\.bin$/

/** What bytecode begins with; anything else the CLI would take for source text and compile. */
const MAGIC = Buffer.from("446576530a6e29f1", "hex")

let compiled: { run: (...scope: unknown[]) => void; file: string } | undefined

/** Wall time after which a boot has failed; it takes about 1.5 s. */
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

/** The CLI is one CommonJS file of 28 MB: compiled once, evaluated once a VM. */
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
    private heldUntilUs = 0
    private deployed = false
    private lastLine = ""
    private inside: { exports: VmExports; heap: VmHeap; time: VmTime } | undefined
    /** The way into the program's latest socket, while it is open. */
    private socket: (() => ((bytes: Uint8Array) => void) | undefined) | undefined
    private constructor(
        private readonly host: DeviceVmHost,
        private flash: Uint8Array
    ) {}

    /**
     * Boots the VM with a program. Its first turn runs when the clock next steps.
     * @param bytecodeFile path of a `bytecode.devs` that `devs build` wrote
     * @param flash the settings store of an earlier run, to boot with it again
     * @throws Error with a sentence when the file is no program, or the VM does not come up
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

    /** The settings store as it is now; pass it to {@link boot} to power up again with it. */
    get settings(): Uint8Array {
        return this.flash
    }

    /** Its heap, as seen from outside. */
    get heap(): VmHeap {
        return this.booted.heap
    }

    /** How long it has been at work, if its {@link VmTime.on} is set. */
    get time(): VmTime {
        return this.booted.time
    }

    /** Counts its instructions from now on. */
    countOpcodes(): OpcodeCounter {
        return new OpcodeCounter(this.booted.exports)
    }

    private get booted(): NonNullable<typeof this.inside> {
        if (!this.inside) throw new Error("the VM has not been booted")
        return this.inside
    }

    /** Delivers one frame from the bus. Call only from a clock alarm: the VM drops frames during its own turn. */
    receive(frame: Uint8Array): void {
        if (this.stopped || !this.deliver) return
        const prefixed = Buffer.allocUnsafe(frame.length + 1)
        prefixed[0] = frame.length
        prefixed.set(frame, 1)
        this.whenFree(() => this.deliver?.(prefixed))
    }

    /**
     * Holds the VM up for `us`: the processor does something else, the world goes on. What comes
     * for it meanwhile waits, in its order.
     */
    hold(us: number): void {
        this.heldUntilUs = this.host.clock.nowUs + us
    }

    /** Runs `action` now, or when the VM is no longer held up; not at all once it has no power. */
    private whenFree(action: () => void): void {
        if (this.stopped) return
        const { clock } = this.host
        if (clock.nowUs < this.heldUntilUs) clock.at(this.heldUntilUs, () => this.whenFree(action))
        else action()
    }

    /**
     * Bytes for the program as one chunk of its socket, beside the peer's: the only way in for more
     * than a packet. The program sees them in its next turn, which {@link receive} starts.
     * Undefined while the program has no open socket.
     */
    get bulk(): ((bytes: Uint8Array) => void) | undefined {
        return this.stopped ? undefined : this.socket?.()
    }

    /** Takes the power away: nothing of the VM runs any more. */
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
                clock.after(ms * 1000, () => this.whenFree(action)),
            clearTimeout: cancel,
            // Emscripten's only interval complains when WASM loads slowly; it may stay silent.
            setInterval: () => ({ cancelled: false }),
            clearInterval: cancel,
            WebAssembly: webAssemblyTelling((exports, time) => {
                this.inside = { exports, heap: new VmHeap(exports), time }
            }),
        }
        cli.run(...SCOPE.map(name => scope[name]))
        await module.exports.mainCli()
        // mainCli returns before its command is through: the line it prints tells when it is.
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

    /** The Jacdac bus: each frame comes with a length of one byte, or 0xff and two. */
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
            send: bytes => this.whenFree(() => void (open && socket.emit("data", bytes))),
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

/** The CLI meets a wrong file where nobody can catch its error, so the file is looked at before. */
function checkBytecode(file: string): void {
    let head: Buffer
    try {
        head = readFileSync(file).subarray(0, MAGIC.length)
    } catch (e) {
        const { code } = e as NodeJS.ErrnoException
        throw new Error(`the firmware ${file} cannot be read (${code}): npm run build writes it`)
    }
    if (!MAGIC.equals(head)) throw new Error(`${file} is no DeviceScript bytecode`)
}

/** `Date` whose now is the clock's; everything else is the real one. */
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
