// The firmware's heap over many setups in one session: catheter data, pair lists, TGC curves,
// A-lines and channel data in random order.

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import { uniformInt } from "pure-rand/distribution/uniformInt"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import { Preparation } from "../../src/host/run/preparation"
import { type CatheterSpec, specOf } from "../../src/host/sequence/catheter-spec"
import type { Pair } from "../../src/host/sequence/pair-list"
import { BURST_HEADER_LENGTH } from "../../src/shared/protocol/burst"
import * as machine from "../../src/shared/cart-machine"
import { PART_PAIRS_MAX, partLength } from "../../src/shared/acquisition/pair-list"
import { EVENT_SETUP } from "../../src/shared/codes"
import { TGC_POINTS } from "../../src/shared/acquisition/tgc"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { liveHeap } from "../support/carts/live-heap"

const test = suite("the heap over many setups")

const SPEC: CatheterSpec = {
    ...specOf("array-20mhz")!,
    ...{ id: "my-array-32", elements: 32, centre_frequency_khz: 12000 },
    ...{ firings_per_frame: 448, pair_span: 14, depth_um: 8000 },
    ...{ tgc_slope_cdb_per_mm: 100, stroke_um: 60000, frame_rate_mhz: 25000 },
}
const PULL: PullbackRequest = { ...REQUEST, lengthMm: 1, speedMmPerS: 2 }
const ROUNDS = 30
/** The longest host message: a part of a pair list. */
const MESSAGE_B = BURST_HEADER_LENGTH + partLength(PART_PAIRS_MAX)
/**
 * With less than this free in a heap of 64 kB, fragmentation could make an allocation fail; the
 * largest allocation is about 600 B.
 */
const FREE_B = 14_000

for (const [seed, spec] of [
    [1, undefined],
    [2, SPEC],
] as const)
    test(`${ROUNDS} random setups in one session with ${spec?.id ?? "array-20mhz"}, seed ${seed}: no restart and no leak`, async () => {
        const rng = xoroshiro128plus(seed)
        const upTo = (max: number): number => uniformInt(rng, 0, max)
        const base = spec ? { ...PULL, catheterId: spec.id, spec } : PULL
        const elements = spec?.elements ?? 64
        const bench = await BenchCart.boot(base, EVEN_SLED)
        await bench.home()
        const randomRequest = (): PullbackRequest => {
            const kind = upTo(3)
            const curve = Array.from({ length: TGC_POINTS }, () => upTo(10000))
            const gain = upTo(1) ? { tgcCdb: curve } : {}
            if (kind < 2) return { ...base, ...gain }
            const sent = Array.from({ length: 1 + upTo(400) }, (): Pair => {
                return [upTo(elements - 1), upTo(elements - 1)]
            })
            const channelDataPairs = kind === 2 ? { list: 1 } : { sent }
            return { ...base, ...gain, channelDataPairs, frameRateHz: 1 }
        }
        /** Sends the setup and the data it requires. @returns the refusal */
        const sendPreparation = async (request: PullbackRequest) => {
            const preparation = new Preparation(bench.cart.session, request)
            const refusal = bench.refusals.length
            let event = bench.events.length
            let isSetUp = false
            preparation.begin()
            await bench.cart.until(() => {
                while (event < bench.events.length) {
                    isSetUp ||= bench.events[event]!.code === EVENT_SETUP
                    preparation.onEvent(bench.events[event++]!)
                }
                return isSetUp || bench.refusals.length > refusal
            }, bench.nowUs + 5e6)
            assert.ok(isSetUp || bench.refusals.length > refusal)
            return bench.refusals[refusal]
        }
        const round = async (request: PullbackRequest): Promise<void> => {
            // A setup that is replaced before it is used.
            for (let repeats = upTo(2); repeats >= 0; repeats--)
                assert.is(await sendPreparation(request), undefined)
            assert.is(await bench.command(machine.COMMAND_LIVE), undefined)
            await bench.reach(machine.STATE_LIVE)
            await bench.wait(100 + upTo(400))
            await bench.command(machine.COMMAND_STANDBY)
            await bench.reach(machine.STATE_READY)
            await bench.cart.until(() => bench.ended, bench.nowUs + 2e6)
            assert.is(bench.cart.receiver.assembler!.counts.missing, 0)
        }
        await round(base)
        const first = await liveHeap(bench)
        for (let i = 0; i < ROUNDS; i++) await round(randomRequest())
        await round(base)
        const last = await liveHeap(bench)
        assert.is(bench.cart.panic, undefined)
        console.log(
            `${first.minBytes} B in use at first, ${last.minBytes} B after, ${last.freeBytes} B free`
        )
        // The link keeps one buffer for each of eight message lengths; five of them are allocated
        // after the first setup.
        const more = last.minBytes - first.minBytes
        assert.ok(more <= 5 * MESSAGE_B, `${more} B more`)
        assert.ok(last.freeBytes >= FREE_B)
        bench.cart.board.stopVm()
    })

test.run()
