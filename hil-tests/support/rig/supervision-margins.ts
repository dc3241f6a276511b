// Runs the firmware through every move on many healthy sleds and prints false alarms and the
// distance to the supervision limits; fails on any fault.
// `node --import tsx hil-tests/support/rig/supervision-margins.ts 20 1 2 0.8,1 0.5,2` (number of
// seeds, first seed, friction in N ± 30 %, sliding fractions, stiffnesses in N/um); needs `npm run
// build`.

import * as machine from "../../../src/shared/cart-machine"
import { isFault, sentenceOf } from "../../../src/shared/codes"
import { allMoves, HEART_RATE_PER_MIN, type MoveCase } from "./all-moves"
import { BenchCart, REQUEST } from "../carts/bench-cart"
import { type Margin, MarginRecorder, noMargin, includeMax } from "./margin-recorder"
import { requiredSled } from "./sled"

const [[count], [first], [frictionN], slidings, stiffnesses] = ["1", "1", "2", "0.8,1", "0.5,2"]
    .map((defaults, i) => process.argv[2 + i] ?? defaults)
    .map(words => words.split(",").map(Number)) as [
    [number],
    [number],
    [number],
    number[],
    number[],
]
const SPEEDS = [0.25, 0.5, 1, 2, 5, 10]

const totals = new Map<string, Margin>()
let [seconds, faults, carts, moved] = [0, 0, 0, 0]

/** @returns whether the cart finished the move without a fault */
async function finishesMove(bench: BenchCart, move: MoveCase, sled: string): Promise<boolean> {
    const eventsBefore = bench.events.length
    let error: unknown
    try {
        await move.run(bench)
    } catch (e) {
        error = e
    }
    moved++
    const fault = bench.events.slice(eventsBefore).find(e => isFault(e.code))
    if (!fault && error === undefined) return true
    faults++
    const why = fault
        ? `${fault.code}, ${sentenceOf(fault.code)}, value ${fault.value}`
        : String(error)
    const atMm = bench.cart.board.rig.sled.positionMm.toFixed(2)
    console.log(`  ${sled}: ${move.name}: ${why} (at ${atMm} mm)`)
    if (bench.stateNow !== machine.STATE_FAULT) return false
    bench.cart.session.command(machine.COMMAND_ACKNOWLEDGE)
    await bench.home()
    return true
}

async function runSled(
    seed: number,
    slidingFraction: number,
    stiffnessNPerUm: number
): Promise<void> {
    const required = requiredSled(seed)
    const recorder = new MarginRecorder()
    const name = `seed ${seed}, ${slidingFraction} sliding, ${stiffnessNPerUm} N/um`
    const bench = await BenchCart.boot(REQUEST, {
        seed,
        sled: {
            ...required,
            sled: {
                ...required.sled,
                stictionN: frictionN,
                slidingFraction,
                stiffnessNPerUm,
            },
        },
        heartRatePerMin: HEART_RATE_PER_MIN,
        onSpi: recorder.onSpi,
    })
    recorder.bench = bench
    const begin: MoveCase = {
        name: "homing, calibrating, homing",
        run: async () => {
            await bench.home()
            await bench.calibrate()
        },
    }
    for (const move of [begin, ...allMoves(SPEEDS)]) {
        recorder.moveKind = move.name.replace(/ (at|by|from) .*/, "")
        if (!(await finishesMove(bench, move, name))) break
    }
    seconds += bench.nowUs / 1e6
    carts++
    bench.cart.board.stopVm()
    for (const [kind, margin] of recorder.margins) {
        const total = totals.get(kind) ?? noMargin()
        includeMax(total, margin)
        totals.set(kind, total)
    }
}

for (let seed = first; seed < first + count; seed++)
    for (const sliding of slidings)
        for (const stiffness of stiffnesses) await runSled(seed, sliding, stiffness)

const columns = ["move", "polls", "start um/20", "moving um/5", "total um/150"]
console.log(`| ${columns.join(" | ")} |`)
for (const [kind, m] of totals) {
    if (m.startUm + m.movingUm === 0) continue
    const values = [m.startUm, m.movingUm, m.deviationUm]
    console.log(`| ${[kind, m.polls, ...values.map(v => v.toFixed(2))].join(" | ")} |`)
}
console.log(`${faults} faults in ${moved} moves of ${carts} carts, ${seconds.toFixed(0)} s`)
process.exit(faults === 0 ? 0 : 1)
