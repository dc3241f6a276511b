// The charts of a calibration report: lead-screw error and expected speed along one revolution, before and now.

import {
    type Calibration,
    MICROSTEPS_PER_REVOLUTION,
    screwErrorNm,
} from "../../shared/motion/calibration"
import { axis, CHART_COLOURS, draw } from "../pages/svg-chart"
import { expectedErrors } from "./expected-speed"
import type { Measurement } from "./measurement"
import { screwNmAt } from "./screw"

/** Points of a curve. */
const POINTS = 200

type Points = readonly (readonly [number, number])[]

interface Curve {
    readonly name: string
    readonly points: Points
    readonly line: { readonly color: string; readonly type: "solid" | "dashed" | "dotted" }
}

const BEFORE = { color: CHART_COLOURS.grey, type: "dashed" } as const
const NOW = { color: CHART_COLOURS.blue, type: "solid" } as const
const MEASURED = { color: "#2e8b57", type: "dotted" } as const

/** @returns SVG: the error of both records and that of the screw as measured, in um over the angle */
export function screwChart(before: Calibration, after: Calibration, measured: Measurement): string {
    const curve = (nmAt: (revolutions: number) => number): Points =>
        Array.from({ length: POINTS + 1 }, (_, i) => [(360 * i) / POINTS, nmAt(i / POINTS) / 1000])
    const tableAt = (record: Calibration) => (revolutions: number) =>
        screwErrorNm(record, Math.round(revolutions * MICROSTEPS_PER_REVOLUTION))
    return curves("screw", "lead-screw error, um", [
        { name: "record before", points: curve(tableAt(before)), line: BEFORE },
        { name: "record now", points: curve(tableAt(after)), line: NOW },
        {
            name: "measured",
            points: curve(revolutions => screwNmAt(measured.screw, revolutions)),
            line: MEASURED,
        },
    ])
}

/** @returns SVG: the error of the speed over 100 ms at the lowest speed, in % over the angle */
export function speedChart(
    before: Calibration,
    after: Calibration,
    measured: Measurement,
    limitPercent: number
): string {
    const curve = (record: Calibration): Points => {
        const errors = expectedErrors(measured, record)
        return errors.map((error, i) => [(360 * i) / errors.length, 100 * error])
    }
    return curves(
        "speed",
        "speed error over 100 ms, %",
        [
            { name: "record before", points: curve(before), line: BEFORE },
            { name: "record now", points: curve(after), line: NOW },
        ],
        [-limitPercent, limitPercent]
    )
}

function curves(
    id: string,
    yName: string,
    shown: readonly Curve[],
    limits: readonly number[] = []
): string {
    const highest = Math.max(
        ...limits,
        ...shown.flatMap(({ points }) => points.map(([, y]) => Math.abs(y)))
    )
    // Both signs alike, so that the middle of the chart is no error.
    const end = Number((1.1 * (highest || 1)).toPrecision(2))
    return draw(id, {
        legend: {
            right: 24,
            top: 0,
            itemStyle: { opacity: 0 },
            textStyle: { color: CHART_COLOURS.grey },
        },
        grid: { left: 84, right: 24, top: 36, bottom: 48 },
        xAxis: { ...axis("angle of the screw, degrees", 28), min: 0, max: 360, interval: 45 },
        yAxis: { ...axis(yName, 56), min: -end, max: end },
        series: shown.map(({ name, points, line }, i) => ({
            ...{ name, type: "line", showSymbol: false, data: points },
            lineStyle: { width: 1.6, ...line },
            itemStyle: { color: line.color },
            ...(i === 0 && {
                markLine: {
                    symbol: "none",
                    lineStyle: { color: CHART_COLOURS.limit, type: "dashed" },
                    label: { color: CHART_COLOURS.limit, position: "insideEndTop" },
                    data: limits.map(yAxis => ({ yAxis })),
                },
            }),
        })),
    })
}
