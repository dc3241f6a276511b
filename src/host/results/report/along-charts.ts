// Draws the curves of a report along the pullback as SVG, with echarts and without a browser.

import { axis, draw } from "../../pages/svg-chart"
import { CHART, COLOURS, tickStep } from "./chart-frame"

/** A value at each position; null where there is none, which leaves a gap. */
export type Curve = readonly (readonly [positionMm: number, value: number | null])[]

export interface AlongChart {
    /** Prefix of the SVG ids, unique in the page. */
    readonly id: string
    readonly yName: string
    readonly heightPx: number
    readonly rangeMm: readonly [from: number, to: number]
    readonly yMax?: number
    readonly curves: readonly {
        readonly name: string
        readonly colour: string
        readonly points: Curve
        /** Single points without a line: values that are not comparable with others. */
        readonly isDotted?: boolean
    }[]
    readonly bands: readonly {
        readonly fromMm: number
        readonly toMm: number
        readonly colour: string
        readonly text: string
    }[]
    readonly marks: readonly { readonly positionMm: number; readonly text: string }[]
}

export function drawAlong(chart: AlongChart): string {
    const { rangeMm, curves, heightPx, yMax } = chart
    const marked = { markArea: areasOf(chart), markLine: linesOf(chart) }
    return draw(
        chart.id,
        {
            grid: { left: CHART.leftPx, right: CHART.rightPx, top: 32, bottom: 40 },
            legend: {
                top: 0,
                right: CHART.rightPx,
                itemHeight: 8,
                textStyle: { color: COLOURS.text },
                data: curves.map(({ name }) => name),
            },
            xAxis: {
                ...axis("position (mm), distal to proximal", 26),
                ...{ min: rangeMm[0], max: rangeMm[1], interval: tickStep(...rangeMm) },
                axisLabel: { color: COLOURS.text, showMaxLabel: false },
            },
            yAxis: {
                ...axis(chart.yName, 50),
                axisLabel: { color: COLOURS.text },
                ...{ min: 0, ...(yMax !== undefined && { max: yMax }) },
            },
            series: curves.map(({ name, colour, points, isDotted = false }, i) => ({
                ...{ name, type: isDotted ? "scatter" : "line", data: points },
                ...{ symbol: isDotted ? "emptyCircle" : "none", symbolSize: 4 },
                itemStyle: { color: colour },
                lineStyle: { width: 1.6, color: colour },
                ...(i === 0 && marked),
            })),
        },
        { width: CHART.widthPx, height: heightPx }
    )
}

function areasOf({ bands }: AlongChart): object {
    return {
        silent: true,
        data: bands.map(({ fromMm, toMm, colour, text }) => [
            {
                ...{ xAxis: fromMm, name: text, itemStyle: { color: colour, opacity: 0.14 } },
                label: { color: colour, position: "insideBottom", fontSize: 11 },
            },
            { xAxis: toMm },
        ]),
    }
}

function linesOf({ marks }: AlongChart): object {
    return {
        ...{ silent: true, symbol: "none" },
        lineStyle: { color: COLOURS.lesion, type: "dashed" },
        label: { color: COLOURS.lesion, position: "end", distance: 4 },
        data: marks.map(({ positionMm, text }) => ({
            xAxis: positionMm,
            label: { formatter: text },
        })),
    }
}
