// A pullback on a cart that was stopped by the emergency stop or a fault, with the real firmware: what the operator must allow.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { combineListeners } from "../../src/host/run/combine-listeners"
import { PullbackSequencer } from "../../src/host/run/pullback-sequencer"
import type { RunListener } from "../../src/host/run/run-receiver"
import { bytecodeOf } from "../../src/host/targets/virtual/bytecode"
import { VirtualCart } from "../../src/host/targets/virtual/virtual-cart"
import * as machine from "../../src/shared/cart-machine"
import { EVEN_SLED, REQUEST, SILENCE } from "../support/carts/bench-cart"

const PULL = { ...REQUEST, speedMmPerS: 2, lengthMm: 1 }

/** A cart, and a host that can be replaced by another one. */
class Bench {
    cart!: VirtualCart
    readonly asked: string[] = []
    client!: PullbackSequencer
    private listener: RunListener = {}

    static async boot(): Promise<Bench> {
        const bench = new Bench()
        const current = (name: keyof RunListener) => ({
            [name]: (...args: never[]) =>
                (bench.listener[name] as ((...a: never[]) => void) | undefined)?.(...args),
        })
        bench.cart = await VirtualCart.boot({
            ...{ bytecodeFile: bytecodeOf(PULL.catheterId), catheterId: PULL.catheterId },
            ...{ ...EVEN_SLED, seed: 1, echo: SILENCE },
            listener: () =>
                combineListeners(
                    ...(["onStatus", "onEvent", "onRefusal", "onDescription"] as const).map(
                        current
                    ),
                    ...(["onLines", "onEnd"] as const).map(current)
                ),
        })
        return bench
    }

    /** A new host connects with its pullback. @param answer of its operator, by the kind of motion */
    async pullback(answer: (kind: string) => boolean): Promise<PullbackSequencer> {
        const { cart } = this
        this.asked.length = 0
        const client = new PullbackSequencer(
            cart.session,
            PULL,
            (us, action) => void cart.clock.after(us, action),
            ({ kind, what }, go, refuse) => {
                this.asked.push(kind)
                // An operator takes half a second.
                cart.clock.after(500_000, () => (answer(kind) ? go() : refuse(what)))
            }
        )
        this.listener = client.listener
        cart.cutLink()
        await cart.until(
            () => client.done || client.failure !== undefined,
            cart.clock.nowUs + 100e6
        )
        // No message of the cart makes a failed command go on.
        await this.wait(500)
        return client
    }

    async wait(ms: number): Promise<void> {
        await this.cart.until(() => false, this.cart.clock.nowUs + 1000 * ms)
        this.cart.board.settle()
    }
}

const test = suite("a cart after an emergency stop")

test("reset, homing and pullback are asked for, one after the other; a no at any of them moves nothing", async () => {
    const bench = await Bench.boot()
    const { board } = bench.cart
    await bench.wait(3000)
    board.pressEstop()
    await bench.wait(200)
    const fromUs = bench.cart.clock.nowUs
    const atMm = board.rig.sled.positionMm
    const assertUnmoved = (): void => {
        assert.is(board.rig.edges.first("power-stage", true, fromUs), undefined)
        // Nothing drives or pushes the sled.
        assert.is(board.rig.sled.positionMm, atMm)
    }

    const pressed = await bench.pullback(() => true)
    assert.match(pressed.failure!.message, /refused: the emergency stop is still pressed/)
    assert.not(board.safety.safe)
    board.releaseEstop()
    const no = await bench.pullback(() => false)
    assert.match(no.failure!.message, /is stopped: .* \(fault 162\)/)
    assert.is(no.state, machine.STATE_STOPPED)
    assert.not(board.safety.safe)
    assertUnmoved()

    const noHoming = await bench.pullback(kind => kind === "reset")
    assert.equal(bench.asked, ["reset", "home"])
    assert.match(noHoming.failure!.message, /not homed/)
    assert.is(noHoming.state, machine.STATE_UNHOMED)
    assert.ok(board.safety.safe)
    assertUnmoved()

    board.pressEstop("bedside")
    await bench.wait(200)
    board.releaseEstop("bedside")
    const done = await bench.pullback(() => true)
    assert.is(done.failure, undefined)
    assert.equal(bench.asked, ["reset", "home", "pull"])
    assert.ok(done.done)
    const { assembler, end, description } = bench.cart.receiver
    assert.is(end?.outcome, 0)
    assert.is(assembler!.counts.missing, 0)
    // The encoder and the ruler agree within 10 um, and a control loop at 2 mm/s is 20 um.
    const passedMm = board.rig.sled.positionMm - description!.window_end_nm / 1e6
    assert.ok(passedMm > 0.03 && passedMm < 1, `${passedMm} mm beyond the window`)
    board.stopVm()
})

test.run()
