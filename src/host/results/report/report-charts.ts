// Which curves a report shows along the pullback: areas, diameters and confidence.

import { wholeLumen } from "../../measure/frame-measures"
import type { MeasuredRun } from "../measured-run"
import type { AlongChart, Curve } from "./along-charts"
import { COLOURS } from "./chart-frame"

/** From the start of the imaged window to its end, and to the last frame where that is beyond it. */
export function rangeMm({ results, summary }: MeasuredRun): [from: number, to: number] {
    const positions = results.frames.marks.map(({ positionMm }) => positionMm)
    const last = positions.reduce((a, b) => Math.max(a, b), 0)
    return [0, Math.max(summary.lengthMm, last)]
}

/** None where nothing is measured. */
export function reportCharts(run: MeasuredRun): AlongChart[] {
    if (run.measures.length === 0) return []
    const base = { rangeMm: rangeMm(run), bands: bandsOf(run), marks: marksOf(run) }
    const curve = (value: (i: number) => number | null | undefined): Curve =>
        run.results.frames.marks
            .map(({ positionMm }, i) => [positionMm, value(i) ?? null] as const)
            .sort(([a], [b]) => a - b)
    const { measures } = run
    const whole = measures.map(wholeLumen)
    const unsure = measures.map(({ lumen }, i) => (whole[i] ? null : lumen))
    const hasVessel = measures.some(({ vessel }) => vessel)
    const hasUnsure = unsure.some(lumen => lumen)
    return [
        {
            ...{ ...base, id: "area", yName: "area (mm²)", heightPx: 200 },
            curves: [
                {
                    ...{ name: "lumen", colour: COLOURS.lumen },
                    points: curve(i => whole[i]?.areaMm2),
                },
                ...(hasVessel
                    ? [
                          {
                              ...{ name: "vessel (EEM)", colour: COLOURS.vessel },
                              points: curve(i => measures[i]!.vessel?.areaMm2),
                          },
                      ]
                    : []),
                ...(hasUnsure
                    ? [
                          {
                              ...{ name: "lumen, only partly seen", colour: COLOURS.unsure },
                              points: curve(i => unsure[i]?.areaMm2),
                              isDotted: true,
                          },
                      ]
                    : []),
            ],
        },
        {
            ...{ ...base, id: "diameter", yName: "diameter (mm)", heightPx: 250 },
            curves: [
                {
                    ...{ name: "longest", colour: COLOURS.vessel },
                    points: curve(i => whole[i]?.maxDiameterMm),
                },
                {
                    ...{ name: "shortest", colour: COLOURS.lumen },
                    points: curve(i => whole[i]?.minDiameterMm),
                },
            ],
        },
        {
            ...{
                ...base,
                id: "confidence",
                yName: "confidence",
                heightPx: 170,
                yMax: 1,
                bands: [],
            },
            curves: [
                {
                    ...{ name: "confidence", colour: COLOURS.text },
                    points: curve(i => measures[i]!.confidence),
                },
            ],
        },
    ]
}

function bandsOf({ segment: s }: MeasuredRun): AlongChart["bands"] {
    const { referenceDistal, referenceProximal, lesion } = s
    const bands: AlongChart["bands"][number][] = []
    if (referenceDistal)
        bands.push({ ...referenceDistal, colour: COLOURS.reference, text: "distal ref." })
    if (lesion) bands.push({ ...lesion, colour: COLOURS.lesion, text: "lesion" })
    if (referenceProximal)
        bands.push({ ...referenceProximal, colour: COLOURS.reference, text: "proximal ref." })
    return bands.map(({ fromMm, toMm, colour, text }) => ({ fromMm, toMm, colour, text }))
}

function marksOf({ segment: { mla } }: MeasuredRun): AlongChart["marks"] {
    return mla ? [{ positionMm: mla.positionMm, text: "MLA" }] : []
}
