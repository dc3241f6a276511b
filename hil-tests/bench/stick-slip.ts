// Prints the speed error from stick-slip by nut stiffness and sliding friction. The chip runs at
// constant speed on a perfect lead screw, so only friction is left.
// Run: node --import tsx hil-tests/bench/stick-slip.ts [mm/s]

import { BusMaster } from "../../boards/virtual/sled/testing/bus-master"

const STIFFNESS_N_PER_UM = [0.5, 1, 1.5, 2]
const SLIDING = [0.8, 0.7, 0.6, 0.5]
const SEEDS = [1, 2, 3]
const LENGTH_MM = 4
const ACCEL_MM_PER_S2 = 20
const WINDOW_MS = 100
/** Settling time before speed is measured. */
const SETTLE_MS = 500
/** The firmware's values of IRUN, IHOLD and GLOBALSCALER. */
const [IRUN, IHOLD, SCALER] = [27, 10, 128]

const speedMmPerS = Number(process.argv[2] ?? 0.5)
if (!(speedMmPerS >= 0.25 && speedMmPerS <= 10)) {
    console.error("Choose a speed from 0.25 to 10 mm/s.")
    process.exit(2)
}

/** Worst speed error over 100 ms, in percent. */
function worstPercent(stiffnessNPerUm: number, slidingFraction: number, seed: number): number {
    const m = new BusMaster({
        seed,
        sled: {
            ...{ stictionN: 2, stictionVariation: 0.3, screwErrorUmPp: 0 },
            ...{ startPositionMm: 5, stiffnessNPerUm, slidingFraction },
        },
    }).begin(IRUN, IHOLD)
    m.write("GLOBALSCALER", SCALER)
    m.ramp({ speed: speedMmPerS, accel: ACCEL_MM_PER_S2 })
    const fromUs = m.timeUs + 1000 * SETTLE_MS
    const toUs = fromUs + (1e6 * LENGTH_MM) / speedMmPerS
    m.target(3 * LENGTH_MM).advanceMs((toUs - m.timeUs) / 1000 + WINDOW_MS)
    let worst = 0
    for (let t = fromUs; t <= toUs; t += 1000) {
        const share = m.rig.ruler.speedMmPerS(t, WINDOW_MS) / speedMmPerS
        worst = Math.max(worst, 100 * Math.abs(share - 1))
    }
    return worst
}

console.log(
    `worst speed error over ${WINDOW_MS} ms in % at ${speedMmPerS} mm/s, seeds ${SEEDS.join(", ")}`
)
console.log(`sliding  ${STIFFNESS_N_PER_UM.map(k => `${k} N/um`.padStart(9)).join("")}`)
for (const sliding of SLIDING) {
    const cells = STIFFNESS_N_PER_UM.map(k =>
        Math.max(...SEEDS.map(seed => worstPercent(k, sliding, seed)))
    )
    console.log(`${sliding}      ${cells.map(c => c.toFixed(2).padStart(9)).join("")}`)
}
