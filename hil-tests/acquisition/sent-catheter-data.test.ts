// Catheter data sent to the cart: checked field by field, kept for the session, refused when
// invalid.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { applyDamage, damage } from "../../src/host/link/testing/stream-damage"
import { Preparation } from "../../src/host/run/preparation"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import { catheterFrom, type CatheterSpec, specOf } from "../../src/host/sequence/catheter-spec"
import * as burst from "../../src/shared/protocol/burst"
import { fieldsOf, type Message, nameOf } from "../../src/shared/protocol/bytes"
import * as machine from "../../src/shared/cart-machine"
import { catheterLimits } from "../../src/shared/acquisition/catheter-limits"
import { CATHETER } from "../../src/shared/acquisition/catheters"
import * as codes from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { ScriptedHost } from "../support/carts/scripted-host"
import { ARRAY } from "../support/carts/file-catheters"

type Data = Message<typeof CATHETER>
const DATA: Data = catheterFrom(ARRAY)
const requestFor = (spec: CatheterSpec): PullbackRequest => ({
    ...{ ...REQUEST, catheterId: spec.id, spec: spec, lengthMm: 2 },
    frameRateHz: 20,
})

/** A homed cart with the catheter of `spec` plugged in. */
async function homed(
    spec: CatheterSpec = ARRAY,
    options: Parameters<typeof BenchCart.boot>[1] = {}
): Promise<BenchCart> {
    const bench = await BenchCart.boot(requestFor(spec), { ...EVEN_SLED, ...options })
    await bench.home()
    return bench
}

/** Sends catheter data. @returns the refusal, or undefined if accepted */
async function sends(
    bench: BenchCart,
    data: Data
): Promise<{ reason: number; value: number } | undefined> {
    const [refusals, events] = [bench.refusals.length, bench.events.length]
    bench.cart.session.catheter(data)
    await bench.wait(60)
    const accepted = bench.events.slice(events).some(e => e.code === codes.EVENT_CATHETER_DATA)
    const refusal = bench.refusals[refusals]
    assert.is(accepted, refusal === undefined)
    return refusal && { reason: refusal.reason, value: refusal.value }
}

const board = suite("catheter data on the cart")

board(
    "refuses each invalid field by its number, and transmits nothing [IVUS-CAT-003]",
    async () => {
        const bench = await homed()
        const limits = catheterLimits()
        for (const [i, field] of fieldsOf(CATHETER).entries()) {
            const name = nameOf(field)
            if (i === 0) {
                for (const id of ["", "Mine", "a b"])
                    assert.equal(await sends(bench, { ...DATA, id }), {
                        reason: codes.REFUSED_CATHETER_FIELD,
                        value: 0,
                    })
                continue
            }
            const [min, max] = [limits[2 * i - 2]!, limits[2 * i - 1]!]
            for (const value of min === 0 ? [max + 1] : [min - 1, max + 1])
                assert.equal(
                    await sends(bench, { ...DATA, [name]: value }),
                    { reason: codes.REFUSED_CATHETER_FIELD, value: i },
                    `${name} ${value}`
                )
        }
        // Fields on which safety depends.
        for (const [change, name] of [
            [{ pulse_cycles: 5 }, "pulse_cycles"],
            [{ depth_um: 12001 }, "depth_um"],
            [{ front_end: 2 }, "front_end"],
            [{ pair_span: 33 }, "pair_span"],
            [{ rpm_max: 100 }, "rpm_max"],
        ] as const)
            assert.equal(await sends(bench, { ...DATA, ...change }), {
                reason: codes.REFUSED_CATHETER_FIELD,
                value: fieldsOf(CATHETER).findIndex(f => nameOf(f) === name),
            })
        // None of it was kept.
        assert.is(await bench.setUp(), codes.REFUSED_CATHETER)
        assert.is((await bench.command(machine.COMMAND_LIVE))?.reason, codes.REFUSED_NO_SETUP)
        assert.is(bench.cart.board.transmit.count, 0)
        // The cart still works.
        assert.is(await sends(bench, DATA), undefined)
        assert.is(await bench.setUp(), codes.GOOD)
    }
)

board("refuses the id of a built-in catheter, even with the same data [IVUS-CAT-003]", async () => {
    const bench = await homed()
    for (const id of ["array-20mhz", "rotational-60mhz", "single-un0rick"])
        assert.equal(await sends(bench, { ...DATA, id, pulses_max_per_s: 100000 }), {
            reason: codes.REFUSED_CATHETER_BUILT_IN,
            value: 0,
        })
    assert.equal(await sends(bench, catheterFrom(specOf("array-20mhz")!)), {
        reason: codes.REFUSED_CATHETER_BUILT_IN,
        value: 0,
    })
})

board(
    "refuses a plugged-in catheter that differs from the sent data, and uses the latest data",
    async () => {
        const bench = await homed()
        assert.is(await sends(bench, { ...DATA, id: "other" }), undefined)
        // The cart has data for "other", but not for the plugged-in catheter.
        assert.is(
            (await bench.setUpWith({ catheter: "other" }))?.reason,
            codes.REFUSED_CATHETER_UNKNOWN
        )
        assert.is(await bench.setUp(), codes.REFUSED_CATHETER)
        assert.is(await sends(bench, DATA), undefined)
        assert.is((await bench.setUpWith({ catheter: "other" }))?.reason, codes.REFUSED_CATHETER)
        assert.is(await bench.setUp(), codes.GOOD)
        // A catheter that this front end cannot drive.
        const single = catheterFrom({
            ...specOf("single-un0rick")!,
            id: ARRAY.id,
        })
        assert.is(await sends(bench, single), undefined)
        assert.is(await bench.setUp(), codes.REFUSED_FRONT_END)
    }
)

board(
    "checks the budget by the data: before the run, and in the engine's registers [IVUS-TX-006]",
    async () => {
        const bench = await homed()
        assert.is(await sends(bench, { ...DATA, pulses_max_per_s: 448 * 10 }), undefined)
        const refusal = await bench.setUpWith({})
        assert.is(refusal?.reason, codes.REFUSED_PULSES)
        assert.is(refusal?.value, 10_000)
        assert.is(await sends(bench, DATA), undefined)
        await bench.pullTo(machine.STATE_LIVE)
        const { engine } = bench.cart.board
        const { budget } = engine.firing
        assert.is(budget.settings.pulses, DATA.pulses_max_per_s)
        assert.is(budget.supplyMv, DATA.supply_mv)
        // No data are accepted while it fires.
        for (const state of [machine.STATE_LIVE, machine.STATE_ARMED]) {
            if (state === machine.STATE_ARMED) {
                assert.is(await bench.command(machine.COMMAND_ARM), undefined)
            }
            assert.equal(await sends(bench, { ...DATA, depth_um: 7000 }), {
                reason: codes.REFUSED_STATE,
                value: state,
            })
        }
        bench.cart.session.command(machine.COMMAND_START)
        await bench.reach(machine.STATE_PULLING)
        assert.equal(await sends(bench, { ...DATA, depth_um: 7000 }), {
            reason: codes.REFUSED_STATE,
            value: machine.STATE_PULLING,
        })
        await bench.reach(machine.STATE_COMPLETED)
    }
)

board(
    "a setup keeps the data that it was checked with; a new session discards them [IVUS-CAT-003]",
    async () => {
        const bench = await homed()
        const plugged = (): number[] => {
            const { EVENT_CATHETER, REFUSED_CATHETER_UNKNOWN } = codes
            return bench.events
                .map(e => e.code)
                .filter(c => c === EVENT_CATHETER || c === REFUSED_CATHETER_UNKNOWN)
        }
        assert.equal(plugged(), [codes.REFUSED_CATHETER_UNKNOWN])
        assert.is(await sends(bench, DATA), undefined)
        // The cart now has data for the plugged-in catheter and reports it.
        assert.equal(plugged(), [codes.REFUSED_CATHETER_UNKNOWN, codes.EVENT_CATHETER])
        assert.is(await bench.setUp(), codes.GOOD)
        // Other data of the same name arrive after it.
        assert.is(
            await sends(bench, { ...DATA, depth_um: 7000, centre_frequency_khz: 11000 }),
            undefined
        )
        assert.is(await bench.command(machine.COMMAND_LIVE), undefined)
        await bench.reach(machine.STATE_LIVE)
        await bench.wait(100)
        assert.is(bench.cart.receiver.description!.centre_frequency_khz, 12000)
        await bench.command(machine.COMMAND_STANDBY)
        await bench.reach(machine.STATE_READY)
        bench.cart.cutLink()
        await bench.cart.until(() => bench.cart.session.isOpen, bench.nowUs + 10e6)
        await bench.wait(200)
        assert.is(await bench.setUp(), codes.REFUSED_CATHETER)
        assert.is(await sends(bench, DATA), undefined)
        assert.is(await bench.setUp(), codes.GOOD)
    }
)

board("does not fire a pair list that was sent for other data of the same name", async () => {
    const sent = Array.from({ length: 32 }, (_, i) => [i, i] as const)
    const request: PullbackRequest = {
        ...requestFor(ARRAY),
        frameRateHz: 5,
        channelDataPairs: { sent },
    }
    const bench = await BenchCart.boot(request, EVEN_SLED)
    await bench.home()
    const preparation = new Preparation(bench.cart.session, request)
    preparation.begin()
    for (let eventsBefore = bench.events.length; bench.events.at(-1)?.code !== codes.EVENT_SETUP;) {
        await bench.wait(10)
        while (eventsBefore < bench.events.length)
            preparation.onEvent(bench.events[eventsBefore++]!)
        assert.equal(bench.refusals, [])
    }
    // The list's entries contain the pulse of the catheter data that were valid when it was
    // received.
    assert.is(await sends(bench, { ...DATA, centre_frequency_khz: 10000 }), undefined)
    assert.is(await bench.setUp(), codes.REFUSED_PAIRS_MISSING)
})

board(
    "accepts mutated bytes completely or not at all, and never panics (30 per seed)",
    async () => {
        const host = await ScriptedHost.boot()
        const samples = fc.sample(fc.array(damage, { minLength: 1, maxLength: 3 }), {
            seed: 5,
            numRuns: 30,
        })
        let refused = 0
        for (const damages of samples) {
            assert.ok(await host.open())
            host.clear()
            const good = host.burst({ type: burst.TYPE_CATHETER }, host.payload(CATHETER, DATA))
            const bad = damages.reduce((bytes, d) => applyDamage(bytes, d, good), good)
            if (Buffer.compare(good, bad) === 0) continue
            host.raw(bad)
            await host.wait(3500)
            // Nothing was accepted: the board reported why, or it still waits for the rest.
            const arrived = host.events.filter(e => e.code === codes.EVENT_CATHETER_DATA)
            if (arrived.length === 0) refused++
            else assert.ok(bad.length > good.length, JSON.stringify(damages))
            assert.is(host.panics, 0)
        }
        assert.ok(refused > 20, `${refused}`)
        assert.is(host.board.transmit.count, 0)
    }
)

board("a payload with a wrong length or a wrong CRC ends the session", async () => {
    const host = await ScriptedHost.boot()
    assert.ok(await host.open())
    const payload = host.payload(CATHETER, DATA)
    for (const malformed of [
        payload.slice(0, -1),
        payload.slice(0, 4),
        new Uint8Array([...payload, 0]),
        payload.map((b, i) => (i === 20 ? b ^ 1 : b)),
    ]) {
        host.clear()
        host.raw(host.burst({ type: burst.TYPE_CATHETER }, malformed))
        await host.wait(100)
        assert.equal(host.closings, [{ reason: codes.REJECT_PAYLOAD, by: "board" }])
        assert.ok(await host.open())
    }
})

board.run()
