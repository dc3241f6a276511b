// A jacdac-ts client on the Jacdac bus of a virtual board, in virtual time.

import { readFileSync } from "node:fs"
import type { CablePort } from "../../../boards/virtual/jacdac-cable"
import type { VirtualBoard } from "../../../boards/virtual/virtual-board"
import { jacdac, type JDBus, type JDService } from "../../../boards/virtual/network/jacdac-ts"
import { VirtualTime } from "./virtual-time"

/** Specifications of this project's services, as `devs build` wrote them. */
export const SERVICES = ".devicescript/services.json"
/** Devices announce themselves each 500 ms. */
const FOUND_LIMIT_MS = 2000

/** A plug in the cable of a virtual board. */
class CableTransport extends jacdac.Transport {
    private port: CablePort | undefined

    constructor(
        private readonly board: VirtualBoard,
        private readonly onFrame: () => void
    ) {
        super("virtual cable")
    }

    protected transportConnectAsync(): Promise<void> {
        this.port = this.board.cable.plug(frame => {
            this.handleFrame(frame)
            this.onFrame()
        })
        return Promise.resolve()
    }

    protected transportSendPacketAsync(frame: Uint8Array): Promise<void> {
        this.port?.send(frame)
        return Promise.resolve()
    }

    protected transportDisconnectAsync(): Promise<void> {
        this.port?.unplug()
        this.port = undefined
        return Promise.resolve()
    }
}

/** A client, as any Jacdac tool would be one. Its promises are awaited by {@link run}, which moves the clock. */
export class JacdacClient {
    readonly bus: JDBus
    /** Whether a frame or a timer has given work to promises since the event loop last ran. */
    private hasWork = true

    private constructor(
        private readonly board: VirtualBoard,
        deviceId: string
    ) {
        const onWork = (): void => void (this.hasWork = true)
        this.bus = new jacdac.JDBus([new CableTransport(board, onWork)], {
            deviceId,
            client: true,
            disableRoleManager: true,
            scheduler: new VirtualTime(board.clock, onWork),
            services: JSON.parse(readFileSync(SERVICES, "utf8")),
        })
    }

    /** @param deviceId 16 hexadecimal digits, different for each client of a board */
    static async connect(
        board: VirtualBoard,
        deviceId = "c11e470000000001"
    ): Promise<JacdacClient> {
        const client = new JacdacClient(board, deviceId)
        await client.bus.connect()
        return client
    }

    /** Moves the clock until `promise` is settled. @throws Error when that takes longer than `limitMs` of virtual time */
    async run<T>(promise: Promise<T>, limitMs = 1000): Promise<T> {
        let settled = false
        const note = (): void => void (settled = true)
        promise.then(note, note)
        const { clock } = this.board
        const limitUs = clock.nowUs + 1000 * limitMs
        for (;;) {
            // Promises run only when the event loop does; the clock waits for them.
            if (this.hasWork) {
                this.hasWork = false
                await new Promise(resolve => setImmediate(resolve))
            }
            if (settled) return promise
            if (!clock.step(limitUs)) throw new Error(`no answer within ${limitMs} ms`)
        }
    }

    /** Moves the clock by `ms`. */
    wait(ms: number): Promise<unknown> {
        return this.run(this.bus.delay(ms), ms + 1)
    }

    /** The service of a class, once a device has announced it. */
    async service(serviceClass: number): Promise<JDService> {
        for (let ms = 0; ms < FOUND_LIMIT_MS; ms += 10) {
            const found = this.bus.services({ serviceClass })[0]
            if (found) return found
            await this.wait(10)
        }
        throw new Error(`no device announces service 0x${serviceClass.toString(16)}`)
    }

    /** Reads a register from its device. `JDRegister.refresh` would give up after 150 ms of real time. */
    async read(service: JDService, register: number): Promise<Uint8Array> {
        const node = service.register(register)
        const answered = new Promise(resolve => node.once(jacdac.REPORT_RECEIVE, resolve))
        await this.run(Promise.all([answered, service.sendCmdAsync(jacdac.CMD_GET_REG | register)]))
        return node.data
    }

    /** Unplugs the client; nothing of it runs any more. */
    async stop(): Promise<void> {
        await this.run(this.bus.stop())
    }
}
