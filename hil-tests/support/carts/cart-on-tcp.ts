// A virtual cart in real time that connects to a host over a real TCP socket, as a board does.

import { connect, type Socket } from "node:net"
import { VirtualBoard } from "../../../boards/virtual/virtual-board"
import { VirtualClock } from "../../../boards/virtual/vm/virtual-clock"
import { vesselOriginMm } from "../../../src/host/targets/virtual/virtual-pullback"
import { LINK_INSECURE_SETTING } from "../../../src/shared/protocol/session"
import { BYTECODE, EVEN_SLED, REQUEST, SILENCE } from "./bench-cart"

/**
 * Virtual time advanced per step before the socket is served; far below the 100 ms link timeout.
 */
const STEP_MS = 5
/** Delay after which data from the socket reaches the board. */
const NETWORK_US = 150

export class CartOnTcp {
    private stopped = false
    private socket: Socket | undefined
    private running: Promise<void> = Promise.resolve()

    private constructor(
        readonly board: VirtualBoard,
        private readonly clock: VirtualClock
    ) {}

    /** A cart without a key that connects to this port, again after each failure. */
    static async boot(port: number): Promise<CartOnTcp> {
        const clock = new VirtualClock()
        const board = await VirtualBoard.boot({
            ...{ clock, bytecodeFile: BYTECODE, seed: 1, echo: SILENCE },
            ...EVEN_SLED,
            catheter: { id: REQUEST.catheterId, serial: 1 },
            vesselOriginMm: vesselOriginMm(REQUEST),
            deploy: { [LINK_INSECURE_SETTING]: true },
            onConnect: peer => {
                const socket = connect(port, "127.0.0.1")
                const later = (action: () => void): void => void clock.after(NETWORK_US, action)
                cart.socket = socket
                let isOpen = false
                socket.on("connect", () => {
                    isOpen = true
                    later(() => peer.accept())
                })
                socket.on("data", bytes => later(() => peer.send(bytes)))
                socket.on("error", () => undefined)
                socket.on("close", () =>
                    later(() => (isOpen ? peer.end() : peer.refuse("connection refused")))
                )
                peer.onData = bytes => void socket.write(Uint8Array.from(bytes))
                peer.onEnd = () => void socket.end()
            },
        })
        const cart = new CartOnTcp(board, clock)
        cart.running = cart.run()
        return cart
    }

    /**
     * On a busy machine the virtual clock falls behind the wall clock and does not catch up; the
     * cart misses no deadline because of that.
     */
    private async run(): Promise<void> {
        while (!this.stopped) {
            const step = new Promise(resolve => setTimeout(resolve, STEP_MS))
            const untilUs = this.clock.nowUs + 1000 * STEP_MS
            await this.clock.run(() => this.stopped, untilUs)
            await step
        }
    }

    /** Waits until the virtual clock has advanced by `ms`. */
    async wait(ms: number): Promise<void> {
        const untilUs = this.clock.nowUs + 1000 * ms
        while (this.clock.nowUs < untilUs) await new Promise(resolve => setTimeout(resolve, 10))
        this.board.settle()
    }

    async stop(): Promise<void> {
        this.stopped = true
        this.socket?.destroy()
        await this.running
        this.board.stopVm()
    }
}
