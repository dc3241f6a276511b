// A custom pair list from the setup message through firmware and engine to the picture.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { ChannelDataEcho } from "../../boards/virtual/vessel/channel-data-echo"
import { beamformed } from "../support/imaging/beamformed"
import { Preparation } from "../../src/host/run/preparation"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import { RunError } from "../../src/host/errors"
import type { Pair } from "../../src/host/sequence/pair-list"
import { tableOf } from "../../src/host/sequence/txrx"
import * as machine from "../../src/shared/cart-machine"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import { crc32c } from "../../src/shared/protocol/crc32c"
import { fireByPairs } from "../../src/shared/acquisition/channel-data"
import { PAIRS_SENT } from "../../src/shared/acquisition/line-record"
import { TGC_LENGTH, writeTgc } from "../../src/shared/acquisition/tgc"
import * as codes from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import {
    arrayOf,
    brightestIn,
    SOUND_SPEED_M_PER_S,
    targetAt,
} from "../support/imaging/point-targets"
import { FIVE_NEIGHBOURS } from "../support/carts/five-pairs"

const sending = (sent: readonly Pair[]): PullbackRequest => ({
    ...{ ...REQUEST, lengthMm: 2, speedMmPerS: 1, frameRateHz: 6 },
    channelDataPairs: { sent },
})

/** A homed cart, and a function that sends the pair list of a request and then its setup. */
async function prepared(
    request: PullbackRequest,
    options: Parameters<typeof BenchCart.boot>[1] = {}
): Promise<{ bench: BenchCart; prepare: () => Promise<void> }> {
    const bench = await BenchCart.boot(request, { ...EVEN_SLED, ...options })
    const prepare = async (): Promise<void> => {
        const preparation = new Preparation(bench.cart.session, request)
        let eventsBefore = bench.events.length
        preparation.begin()
        await bench.cart.until(() => {
            while (eventsBefore < bench.events.length)
                preparation.onEvent(bench.events[eventsBefore++]!)
            return bench.refusals.length > 0 || bench.events.at(-1)?.code === codes.EVENT_SETUP
        }, bench.nowUs + 5e6)
    }
    await bench.home()
    return { bench, prepare }
}

const test = suite("a sent pair list")

test("shows a point target at its true position, from lines of the sent list", async () => {
    const array = arrayOf("array-20mhz")
    const [radiusMm, degrees] = [2.5, 100]
    const target = targetAt(array, radiusMm, (degrees * Math.PI) / 180)
    const echo = new ChannelDataEcho(
        { array, soundSpeedMPerS: SOUND_SPEED_M_PER_S, noise: 0, seed: 1 },
        // The front end's TGC of 1.7 dB/mm is added.
        [{ ...target, strength: target.strength / 2 }]
    )
    const fired = new Set<string>()
    const request = sending(FIVE_NEIGHBOURS)
    const { bench, prepare } = await prepared(request, {
        channelData: {
            line: (_z, shot, out) => {
                fired.add(`${shot.tx}-${shot.rx}`)
                echo.line(shot.tx, shot.rx, shot, out)
            },
        },
    })
    await prepare()
    assert.equal(bench.refusals, [])
    // 64 pairs per part.
    assert.is(bench.events.filter(e => e.code === codes.EVENT_PAIRS).length, 5)
    for (const [command, next] of [
        [machine.COMMAND_LIVE, machine.STATE_LIVE],
        [machine.COMMAND_ARM, machine.STATE_ARMED],
        [machine.COMMAND_START, machine.STATE_PULLING],
    ] as const) {
        bench.cart.session.command(command)
        await bench.reach(next)
    }
    await bench.reach(machine.STATE_COMPLETED)
    await bench.cart.until(() => bench.ended, bench.nowUs + 2e6)
    bench.cart.board.stopVm()
    const { assembler, description, end } = bench.cart.receiver
    assert.is(description!.pair_list, PAIRS_SENT)
    assert.is(description!.lines_per_frame, 320)
    assert.is(assembler!.counts.received, end!.lines_fired)
    assert.equal(fired, new Set(FIVE_NEIGHBOURS.map(([tx, rx]) => `${tx}-${rx}`)))
    // CRC of table and TGC, computed independently.
    const catheter = catheterOf("array-20mhz")!
    fireByPairs(catheter, PAIRS_SENT, FIVE_NEIGHBOURS.length)
    const tgc = new Uint8Array(TGC_LENGTH)
    writeTgc(tgc, catheter)
    const loaded = Buffer.concat([tableOf(catheter, FIVE_NEIGHBOURS), tgc])
    assert.is(description!.sequence_crc, crc32c(loaded, 0, loaded.length, 0))
    const { frames, geometry } = beamformed(description!, assembler!.frames, {
        pairs: FIVE_NEIGHBOURS,
    })
    assert.ok(frames.length >= 8)
    for (const frame of frames) {
        assert.ok(frame.present.every(flag => flag === 1))
        const { line, radiusMm: mm } = brightestIn(frame, geometry, array)
        // A line is 1.4 degrees, a sample 39 um; an aperture of five elements advances by one
        // element in 5.6 degrees and is up to half of that beside the line.
        assert.ok(Math.abs(line - (degrees * 256) / 360) <= 2, `line ${line}`)
        assert.ok(Math.abs(mm - radiusMm) <= geometry.sampleSpacingMm, `${mm} mm`)
    }
    // With another list the same lines must be refused.
    const other = FIVE_NEIGHBOURS.map(([tx, rx]) => [rx, tx] as const)
    const errorWith = async (pairs?: readonly Pair[]): Promise<string> => {
        try {
            beamformed(description!, assembler!.frames, pairs ? { pairs } : {})
        } catch (error) {
            assert.instance(error, RunError)
            return (error as RunError).message
        }
        return "no error"
    }
    assert.match(
        await errorWith(other),
        /not the one that was fired: .*0x[0-9a-f]{8}, and the cart read back 0x[0-9a-f]{8}; name the right list with --pairs/
    )
    assert.match(await errorWith(FIVE_NEIGHBOURS.slice(1)), /not the one that was fired/)
    assert.match(
        await errorWith(),
        /custom pair list, which is missing; name it with --pairs FILE\.json/
    )
})

test("does not fire a list that was changed after its check or in the engine's table [IVUS-TX-005]", async () => {
    const request = sending(FIVE_NEIGHBOURS)
    const { bench, prepare } = await prepared(request)
    await prepare()
    const { session, board } = bench.cart
    // The first part of another list of the same length: the setup no longer matches.
    const swapped = Uint8Array.from(FIVE_NEIGHBOURS.flatMap(([tx, rx]) => [rx, tx]))
    session.pairs(swapped, 0)
    await bench.wait(200)
    assert.is((await bench.command(machine.COMMAND_LIVE))?.reason, codes.REFUSED_NO_SETUP)
    assert.is((await bench.setUp())!, codes.REFUSED_PAIRS_MISSING)
    bench.refusals.length = 0
    await prepare()
    assert.equal(bench.refusals, [])
    // A bit of the engine's table flips.
    board.engine.disturbTable(7, 2)
    await bench.command(machine.COMMAND_LIVE)
    await bench.reach(machine.STATE_FAULT)
    const fault = bench.events.find(e => codes.isFault(e.code))
    assert.is(fault?.code, codes.FAULT_ENGINE_TABLE)
    // The fault was detected before any line was fired.
    assert.is(bench.cart.receiver.description, undefined)
    assert.is(board.transmit.count, 0)
})

test("refuses parts out of order, with unknown elements, in the wrong state or for another catheter, and fires none of them", async () => {
    const request = sending(FIVE_NEIGHBOURS)
    const { bench, prepare } = await prepared(request)
    const { session, board } = bench.cart
    const bytes = Uint8Array.from(FIVE_NEIGHBOURS.flat())
    const sends = async (first: number, pairs = bytes): Promise<[number, number] | undefined> => {
        const eventsBefore = bench.refusals.length
        session.pairs(pairs, first)
        await bench.wait(60)
        const refusal = bench.refusals[eventsBefore]
        return refusal && [refusal.reason, refusal.value]
    }
    assert.equal(await sends(64), [codes.REFUSED_PAIRS_ORDER, 0])
    const beyond = bytes.map((e, i) => (i === 15 ? 64 : e))
    assert.equal(await sends(0, beyond), [codes.REFUSED_PAIRS_ELEMENT, 7])
    // An incomplete list counts as none.
    assert.is(await sends(0), undefined)
    assert.is(await bench.setUp(), codes.REFUSED_PAIRS_MISSING)
    bench.refusals.length = 0
    await prepare()
    assert.equal(bench.refusals, [])
    // A list belongs to its catheter: entries for another array have another pulse.
    board.engine.plug({ id: "array-10mhz", serial: 1 })
    await bench.wait(100)
    assert.is(
        (await bench.setUpWith({ catheter: "array-10mhz", frame_rate_mhz: 2000 }))?.reason,
        codes.REFUSED_PAIRS_MISSING
    )
    board.engine.plug({ id: "array-20mhz", serial: 1 })
    await bench.wait(100)
    // While the engine fires no part is written to the table.
    assert.is(await bench.command(machine.COMMAND_LIVE), undefined)
    await bench.reach(machine.STATE_LIVE)
    assert.equal(await sends(0), [codes.REFUSED_STATE, machine.STATE_LIVE])
    await bench.command(machine.COMMAND_STANDBY)
    await bench.reach(machine.STATE_READY)
    await bench.wait(500)
    assert.is(bench.cart.receiver.end?.lines_fired, board.transmit.count)
    // A rotor has no pairs.
    board.engine.plug({ id: "rotational-40mhz", serial: 1 })
    await bench.wait(100)
    assert.equal(await sends(0), [codes.REFUSED_DATA, 0])
    board.stopVm()
})

test.run()
