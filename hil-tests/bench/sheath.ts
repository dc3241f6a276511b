// Prints how far the tip of a catheter moves while its sled moves 100 mm, by sheath and by the settings of the
// pullback (`npm run bench -- sheath`). The sled is ideal here, so only the cable is left.

import { advancedCable } from "../../boards/virtual/sheath/drive-cable"
import { type Sheath, SHEATHS } from "../../boards/virtual/sheath/sheath"

export interface SheathCase {
    readonly speedMmPerS: number
    /** Way of the sled in the same direction before the window. */
    readonly runInMm: number
    readonly lengthMm: number
    /** Imaging while the sled advances, after a retraction; default: a pullback after an advance. */
    readonly isPush?: boolean
}

export interface TipTravel {
    readonly tipMm: number
    /** Most by which tip and sled differ since the window opened. */
    readonly worstMm: number
    /** Largest error of the length of a part of 20 mm, as of a stent. */
    readonly partPercent: number
}

const START_MM = 1
const STEP_S = 1e-3
const PART_MM = 20

export function tipTravel(sheath: Sheath, pulled: SheathCase): TipTravel {
    const { speedMmPerS, runInMm, lengthMm, isPush } = pulled
    const cable = advancedCable(sheath, START_MM)
    let sledMm = START_MM
    const move = (mm: number, towards: number): void => {
        const steps = Math.round(mm / speedMmPerS / STEP_S)
        const fromMm = sledMm
        for (let i = 1; i <= steps; i++) {
            sledMm = fromMm + (towards * mm * i) / steps
            cable.moveTo(sledMm, STEP_S)
            if (isMeasured) lags.push(sledMm - cable.positionMm)
        }
    }
    const lags: number[] = []
    let isMeasured = false
    if (isPush) move(lengthMm + runInMm, 1)
    const way = isPush ? -1 : 1
    move(runInMm, way)
    isMeasured = true
    lags.push(sledMm - cable.positionMm)
    move(lengthMm, way)
    const part = Math.round((PART_MM / lengthMm) * (lags.length - 1))
    let partMm = 0
    let worstMm = 0
    for (let i = 0; i < lags.length; i++) {
        worstMm = Math.max(worstMm, Math.abs(lags[i]! - lags[0]!))
        if (i >= part) partMm = Math.max(partMm, Math.abs(lags[i]! - lags[i - part]!))
    }
    return {
        tipMm: lengthMm - way * (lags.at(-1)! - lags[0]!),
        worstMm,
        partPercent: (100 * partMm) / PART_MM,
    }
}

const CASES: readonly Omit<SheathCase, "lengthMm">[] = [
    ...[0, 2, 5, 10].map(runInMm => ({ speedMmPerS: 1, runInMm })),
    ...[0.5, 2, 10].map(speedMmPerS => ({ speedMmPerS, runInMm: 0 })),
    ...[0.5, 2, 10].map(speedMmPerS => ({ speedMmPerS, runInMm: 10 })),
    { speedMmPerS: 1, runInMm: 0, isPush: true },
    { speedMmPerS: 1, runInMm: 10, isPush: true },
]

export function printSheath(): void {
    console.log("the tip while the sled moves 100 mm, after the cable was last moved the other way")
    console.log("sheath     direction  speed mm/s  run-in mm  tip mm   worst mm  worst of 20 mm, %")
    for (const [name, sheath] of Object.entries(SHEATHS))
        for (const each of CASES) {
            const { tipMm, worstMm, partPercent } = tipTravel(sheath, { ...each, lengthMm: 100 })
            console.log(
                name.padEnd(11) +
                    (each.isPush ? "push" : "pull").padEnd(9) +
                    each.speedMmPerS.toFixed(1).padStart(12) +
                    String(each.runInMm).padStart(11) +
                    tipMm.toFixed(2).padStart(9) +
                    worstMm.toFixed(2).padStart(10) +
                    partPercent.toFixed(1).padStart(15)
            )
        }
}
