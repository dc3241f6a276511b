// One official DeviceScript VM (@devicescript/cli) in this process, with the clock, sockets, settings and log supplied by the caller.
// Several can run side by side.

import { EventEmitter } from "node:events"
import { createRequire } from "node:module"
import { dirname } from "node:path"
import {
    cancel,
    checkBytecode,
    compileCli,
    consoleFor,
    dateOf,
    fsFor,
    type InnerState,
    processFor,
    SCOPE,
    shared,
} from "./cli-sandbox"
import type { VirtualClock } from "./virtual-clock"
import { type VmExports, instrumentedWebAssembly } from "./vm-exports"
import { VmHeap } from "./vm-heap"
import { OpcodeCounter } from "./vm-opcodes"
import { damageCode } from "./vm-program"
import { openSocket, type OpenedSocket, type VmSocket } from "./vm-socket"
import type { VmStopwatch } from "./vm-time"

export type { VmSocket } from "./vm-socket"

const require = createRequire(import.meta.url)

/** Real time after which a boot counts as failed; it takes about 1.5 s. */
const BOOT_LIMIT_MS = 30_000

/** From one frame or chunk that came during a stall to the next. */
const INPUT_PAUSE_US = 5

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

export class DeviceVm {
    private deliver: ((bytes: Uint8Array) => void) | undefined
    private stopped = false
    private stalledUntilUs = 0
    /** Time of the last input that waits for the end of a stall. */
    private nextInputUs = 0
    private deployed = false
    private lastLine = ""
    private inside: { exports: VmExports; heap: VmHeap; time: VmStopwatch } | undefined
    /** The program's latest socket. */
    private socket: OpenedSocket | undefined
    private readonly inner = {} as InnerState
    private constructor(
        private readonly host: DeviceVmHost,
        private flash: Uint8Array
    ) {}

    /**
     * Boots the VM with a program, which starts running when the clock is next stepped.
     * @param bytecodeFile path of a `bytecode.devs` written by `devs build`
     * @param flash settings flash of an earlier run
     * @param deviceId on the Jacdac bus, 16 hexadecimal digits; by default all VMs have the same
     * @throws Error when the file is not bytecode or the VM does not boot
     */
    static async boot(
        bytecodeFile: string,
        host: DeviceVmHost,
        flash: Uint8Array = new Uint8Array(0),
        deviceId?: string
    ): Promise<DeviceVm> {
        checkBytecode(bytecodeFile)
        const device = new DeviceVm(host, flash)
        await device.start(bytecodeFile, deviceId)
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

    /** Damages the code of the program while it runs. @returns a function that repairs it */
    damageProgram(): () => void {
        return damageCode(this.booted.exports)
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
        this.inTurn(() => this.deliver?.(prefixed))
    }

    /** What came during a stall follows in its order, with a pause, as the VM holds only one frame that it has not processed. */
    private inTurn(input: () => void): void {
        const { clock } = this.host
        if (this.stopped) return
        const freeUs = Math.max(this.stalledUntilUs, this.nextInputUs)
        if (clock.nowUs >= freeUs) return input()
        this.nextInputUs = freeUs + INPUT_PAUSE_US
        clock.at(this.nextInputUs, () => {
            // A new stall may have begun.
            if (clock.nowUs < this.stalledUntilUs) this.inTurn(input)
            else if (!this.stopped) input()
        })
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
     * Sends bytes to the program as one chunk of its socket, besides the peer's chunks: the only input that carries
     * more than a packet. The program processes them when it next runs, which {@link receive} starts.
     * Undefined while the program has no open socket.
     */
    get bulk(): ((bytes: Uint8Array) => void) | undefined {
        return this.stopped ? undefined : this.socket?.chunk()
    }

    /**
     * Saves what the VM itself holds; the objects around it are the caller's (../snapshot.ts). Call it between two alarms.
     * @returns a function that restores it
     */
    save(): () => void {
        const { exports } = this.booted
        const memory = new Uint8Array(exports.memory.buffer).slice()
        const { timer, socket } = this.inner
        return () => {
            new Uint8Array(exports.memory.buffer).set(memory)
            this.inner.timer = timer
            this.inner.socket = socket
        }
    }

    /** Removes power: nothing of the VM runs any more. */
    stop(): void {
        this.stopped = true
    }

    private async start(bytecodeFile: string, deviceId: string | undefined): Promise<void> {
        const cli = compileCli()
        const module = { exports: {} as { mainCli(): Promise<void> } }
        const { clock } = this.host
        const scope: Record<string, unknown> = {
            exports: module.exports,
            require: (name: string) => this.requireForVm(name),
            module,
            __filename: cli.file,
            __dirname: dirname(cli.file),
            process: processFor(bytecodeFile, deviceId, status => {
                this.stop()
                throw new Error(`the VM exited with status ${status}`)
            }),
            console: consoleFor(line => {
                this.lastLine = line
                if (line.startsWith("self-deployed")) this.deployed = true
                this.host.onLog(line)
            }),
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
            inner: this.inner,
            shared,
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
                return fsFor({
                    read: () => this.flash,
                    write: data => void (this.flash = data),
                })
            default:
                return require(name)
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
        const opened = openSocket(host, port, tls, {
            isStopped: () => this.stopped,
            whenNotStalled: action => this.inTurn(action),
        })
        this.socket = opened
        this.host.onConnect(opened.peer)
        return opened.socket
    }
}
