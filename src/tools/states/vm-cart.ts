// The virtual cart of a walk: what an operator, the environment and the instruments can do and see.

import { nominalCalibration } from "../../shared/motion/calibration"
import * as machine from "../../shared/cart-machine"
import { setupOf } from "../../host/sequence/pullback-request"
import { BenchCart, EVEN_SLED, REQUEST } from "../../../hil-tests/support/carts/bench-cart"
import type { RefusedReason, Seen } from "./vm-steps"

/** Few lines a second cost little. */
const PULLBACK = { ...REQUEST, frameRateHz: 4 }
/** A request is answered by the next loop; a loop takes 10 ms. */
const ANSWER_MS = 50
/** Interval of status messages, with the time of a loop. */
const STATUS_LIMIT_US = 150_000
const RECONNECT_S = 10
const STARTS = [machine.STATE_BOOT, machine.STATE_SELF_TEST]
const SELF_TEST_MS = 2000
/** A motor that gets current turns to the nearest position of its field, two full steps at most. */
const HOME_EDGE_MM = 0.02

export class WalkCart {
    estopPressed = false
    private statusUs = 0

    private constructor(readonly bench: BenchCart) {}

    static async boot(seed: number): Promise<WalkCart> {
        let cart: WalkCart | undefined = undefined as WalkCart | undefined
        const bench = await BenchCart.boot(PULLBACK, {
            ...EVEN_SLED,
            seed,
            alsoListen: { onStatus: () => cart?.noteStatus() },
        })
        cart = new WalkCart(bench)
        // Control is taken by a step of the walk only.
        bench.cart.session.takeControl = () => undefined
        await cart.connected()
        return cart
    }

    private noteStatus(): void {
        this.statusUs = this.bench.nowUs
    }

    get nowUs(): number {
        return this.bench.nowUs
    }

    /** Waits until the cart has a session and has reported its state in it. */
    async connected(): Promise<void> {
        const { cart } = this.bench
        const fromUs = this.nowUs
        const reports = (): boolean => cart.session.isOpen && this.statusUs > fromUs
        if (!(await cart.until(reports, fromUs + 1e6 * RECONNECT_S)))
            throw new Error("the cart did not connect again")
    }

    /** What the cart last reported, and what the instruments show. */
    seen(): Seen {
        const { board } = this.bench.cart
        board.settle()
        if (this.nowUs - this.statusUs > STATUS_LIMIT_US) throw new Error("no status for 150 ms")
        return {
            state: machine.STATE_NAMES[this.bench.stateNow!]!,
            positionMm: board.rig.sled.positionMm,
            pulses: board.transmit.count,
            stageOn: board.rig.edges.edges("power-stage").at(-1)?.level ?? false,
        }
    }

    positionMm(timeUs: number): number {
        return this.bench.cart.board.rig.ruler.positionMm(timeUs)
    }

    /** Without its sign, over the last 10 ms. */
    speedMmPerS(timeUs: number): number {
        const { ruler } = this.bench.cart.board.rig
        return Math.abs(ruler.speedMmPerS(timeUs - 5000, 10))
    }

    get lastPulseUs(): number {
        return this.bench.cart.board.transmit.lastUs ?? 0
    }

    /** Whether the safety circuit allows motor and transmitter. */
    get isSafe(): boolean {
        return this.bench.cart.board.safety.safe
    }

    /** The sled stands at the very edge of its home switch, so that switching the motor on may move it across. */
    get atHomeEdge(): boolean {
        // It opens at 0 mm.
        return Math.abs(this.bench.cart.board.rig.sled.positionMm) < HOME_EDGE_MM
    }

    async wait(ms: number): Promise<void> {
        await this.bench.wait(ms)
    }

    /** Waits for the end of what is going on, with the button of a jog held. */
    async settle(limitMs: number): Promise<void> {
        for (let ms = 0; ms < limitMs; ms += ANSWER_MS) {
            const state = this.bench.stateNow!
            if (!machine.moves(state) && !STARTS.includes(state)) return
            await this.wait(ANSWER_MS)
        }
    }

    /** Waits until the cart has taken what was sent. A self test is one long loop, and requests wait for its end. */
    private async answered(): Promise<void> {
        await this.wait(ANSWER_MS)
        if (!STARTS.includes(this.bench.stateNow!)) return
        await this.settle(SELF_TEST_MS)
        await this.wait(ANSWER_MS)
    }

    /** Sends a request. @returns the code of its refusal, or undefined */
    async request(command: number, argument: number): Promise<RefusedReason> {
        const { bench } = this
        const serial = bench.cart.session.command(command, argument)
        await this.answered()
        return bench.refusals.find(refusal => refusal.serial === serial)?.reason
    }

    async setUp(lengthMm: number, speedMmPerS: number): Promise<void> {
        this.bench.cart.session.setup(setupOf({ ...PULLBACK, lengthMm, speedMmPerS }))
        await this.answered()
    }

    async calibrate(): Promise<boolean> {
        const before = this.bench.refusals.length
        this.bench.cart.session.calibration(nominalCalibration())
        await this.answered()
        return this.bench.refusals.length === before
    }

    pressEstop(): void {
        this.estopPressed = true
        this.bench.cart.board.pressEstop()
    }

    releaseEstop(): void {
        this.estopPressed = false
        this.bench.cart.board.releaseEstop()
    }

    /** The controller has no supply for `ms`. @returns the state that it reports as its last one */
    async restart(ms: number): Promise<string> {
        const { cart } = this.bench
        cart.receiver.restart = undefined
        cart.board.stopVm()
        await this.wait(ms)
        await cart.board.restartVm()
        await this.connected()
        return machine.STATE_NAMES[cart.receiver.restart!.state]!
    }

    async cutLink(): Promise<void> {
        this.bench.cart.cutLink()
        await this.connected()
    }

    /** The host hangs: it answers nothing for `ms`. */
    async silence(ms: number): Promise<void> {
        const { session } = this.bench.cart
        const { ping, consumed } = session
        session.ping = () => undefined
        let owed = 0
        session.consumed = bytes => void (owed += bytes)
        await this.wait(ms)
        session.ping = ping
        session.consumed = consumed
        session.consumed(owed)
        await this.wait(ANSWER_MS)
    }

    /** The program hangs, longer than the watchdog. */
    async hang(): Promise<void> {
        this.bench.cart.board.stallVm(150)
        await this.wait(400)
    }

    async fault(name: "driver-reset" | "bus-all-ones" | "stall", ms: number): Promise<void> {
        const { faults } = this.bench.cart.board.rig
        faults.inject(name, this.nowUs)
        await this.wait(ms)
        if (name !== "driver-reset") faults.clear(name, this.nowUs)
        await this.wait(ANSWER_MS)
    }

    async exchangeCatheter(): Promise<void> {
        const { engine } = this.bench.cart.board
        engine.plug({ id: "", serial: 0 })
        await this.wait(100)
        engine.plug({ id: PULLBACK.catheterId, serial: 1 })
        await this.wait(ANSWER_MS)
    }

    stop(): void {
        this.bench.cart.board.stopVm()
    }
}
