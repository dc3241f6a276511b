// Responsible for: a virtual cart for tests, brought into any state by the requests that lead there.
// Not for: judging; tests read the instruments of `cart.board`.

import { fileURLToPath } from "node:url"
import {
    generatedVein,
    phantom,
    type EchoSource,
} from "../../boards/virtual/vessel/vessel"
import { phantomOptions } from "../../src/host/cli/echo-source"
import {
    VirtualCart,
    type VirtualCartOptions,
} from "../../src/host/cli/virtual-cart"
import { vesselOriginMm } from "../../src/host/cli/virtual-target"
import { type PullbackRequest, setupOf } from "../../src/host/run/run-target"
import * as machine from "../../src/wire/cart-machine"
import { catheterOf } from "../../src/wire/catheters"
import type { Event, Refusal } from "../../src/wire/messages"
import { EVENT_SETUP, EVENT_STATE, GOOD } from "../../src/wire/reasons"

export const BYTECODE = fileURLToPath(
    new URL("../../.devicescript/bin/bytecode.devs", import.meta.url)
)

export const REQUEST: PullbackRequest = {
    catheterId: "array-20mhz",
    speedMmPerS: 1,
    lengthMm: 5,
    frameRateHz: 30,
}

/** A sled with an even screw, for tests that are not about calibration. */
export const EVEN_SLED = { sled: { sled: { screwErrorUmPp: 0 } } }

/** Echo that costs nothing, for tests that do not look at it. */
export const SILENCE: EchoSource = { line: (_z, _line, out) => out.fill(0.001) }

export function veinEcho(seed: number, lengthMm: number): EchoSource {
    const catheter = catheterOf("array-20mhz")!
    return phantom(
        generatedVein(seed, lengthMm),
        phantomOptions(catheter, seed)
    )
}

/** A virtual cart that remembers what it was told and can be led from state to state. */
export class BenchCart {
    readonly events: Event[] = []
    readonly refusals: Refusal[] = []
    readonly states: number[] = []
    readonly log: string[] = []
    ended = false
    cart!: VirtualCart

    static async boot(
        request: PullbackRequest = REQUEST,
        options: Partial<VirtualCartOptions> = {}
    ): Promise<BenchCart> {
        const bench = new BenchCart(request)
        bench.cart = await VirtualCart.boot({
            bytecodeFile: BYTECODE,
            seed: 1,
            catheterId: request.catheterId,
            echo: SILENCE,
            vesselOriginMm: vesselOriginMm(request),
            onLog: line => void bench.log.push(line),
            listener: () => ({
                onStatus: status => bench.state(status.state),
                onEvent: event => {
                    bench.events.push(event)
                    if (event.code === EVENT_STATE) bench.state(event.value)
                },
                onRefusal: refusal => void bench.refusals.push(refusal),
                onEnd: () => void (bench.ended = true),
            }),
            ...options,
        })
        return bench
    }

    private constructor(private readonly request: PullbackRequest) {}

    get nowUs(): number {
        return this.cart.clock.nowUs
    }

    get stateNow(): number | undefined {
        return this.states[this.states.length - 1]
    }

    /** Lets `ms` of the cart's time pass. */
    async wait(ms: number): Promise<void> {
        await this.cart.until(() => false, this.nowUs + 1000 * ms)
        this.cart.board.settle()
    }

    /** Waits until the cart says that it is in this state. */
    async reach(state: number, limitS = 60): Promise<void> {
        const came = await this.cart.until(
            () => this.stateNow === state,
            this.nowUs + 1e6 * limitS
        )
        if (!came)
            throw new Error(
                `the cart did not get to "${machine.STATE_NAMES[state]}" but is "${machine.STATE_NAMES[this.stateNow ?? 0]}"`
            )
        this.cart.board.settle()
    }

    /** From power-up to homed. */
    async home(): Promise<void> {
        await this.reach(machine.STATE_UNHOMED)
        this.cart.session.command(machine.ASK_HOME)
        await this.reach(machine.STATE_READY)
    }

    /** From homed to calibrated and homed again. */
    async calibrate(): Promise<void> {
        this.cart.session.command(machine.ASK_CALIBRATE)
        await this.reach(machine.STATE_UNHOMED)
        await this.home()
    }

    /** Asks for the pullback. @returns the reason of the refusal, or GOOD */
    async setUp(): Promise<number> {
        const before = this.refusals.length
        this.cart.session.setup(setupOf(this.request))
        await this.wait(100)
        return this.refusals[before]?.reason ?? GOOD
    }

    /** From homed to pulling. */
    async pull(): Promise<void> {
        const { session } = this.cart
        session.setup(setupOf(this.request))
        await this.cart.until(
            () => this.events.some(e => e.code === EVENT_SETUP),
            this.nowUs + 1e6
        )
        session.command(machine.ASK_LIVE)
        await this.reach(machine.STATE_LIVE)
        session.command(machine.ASK_ARM)
        await this.reach(machine.STATE_ARMED)
        session.command(machine.ASK_START)
        await this.reach(machine.STATE_PULLING)
    }

    private state(state: number): void {
        if (this.stateNow !== state) this.states.push(state)
    }
}
