// Draws the charts of a timing report as SVG text, with echarts and without a browser.

import { axis, CHART_COLOURS, draw } from "../../pages/svg-chart"

const { blue: BLUE, grey: GREY, limit: LIMIT } = CHART_COLOURS
const PLATEAU = "rgba(46, 139, 87, 0.14)"
/** Classes of a histogram. */
const BINS = 24

type Points = readonly (readonly [number, number])[]

export interface LineChart {
    /** Prefix of the SVG ids, unique in the page. */
    readonly id: string
    readonly xName: string
    readonly yName: string
    readonly points: Points
    /** Shaded range of x, with a label. */
    readonly shaded?: { from: number; to: number; text: string } | undefined
    /** Values of y marked by dashed lines. */
    readonly limits?: readonly number[]
}

export interface Histogram {
    readonly id: string
    readonly xName: string
    /** Counted in equal classes from the smallest to the largest. */
    readonly values: readonly number[]
}

/** What is drawn, so that another thread can draw it. */
export type Chart = { readonly line: LineChart } | { readonly histogram: Histogram }

/** @returns the chart as SVG */
export function drawChart(chart: Chart): string {
    return "line" in chart ? drawLine(chart.line) : drawHistogram(chart.histogram)
}

/** One curve over x. With more points than pixels, minima and maxima are kept. */
function drawLine(chart: LineChart): string {
    const { points, shaded, limits = [] } = chart
    return draw(chart.id, {
        xAxis: { ...axis(chart.xName, 28), min: "dataMin", max: "dataMax" },
        yAxis: { ...axis(chart.yName, 56), scale: true, ...span(points, limits) },
        series: [
            {
                type: "line",
                showSymbol: false,
                sampling: "minmax",
                lineStyle: { width: 1.3, color: BLUE },
                data: points,
                ...(shaded && {
                    markArea: {
                        itemStyle: { color: PLATEAU },
                        label: { color: GREY, position: "inside" },
                        data: [[{ name: shaded.text, xAxis: shaded.from }, { xAxis: shaded.to }]],
                    },
                }),
                markLine: {
                    symbol: "none",
                    lineStyle: { color: LIMIT, type: "dashed" },
                    // Between a pair of limits, where the labels are not clipped.
                    data: limits.map(yAxis => ({
                        yAxis,
                        label: {
                            color: LIMIT,
                            position: yAxis > 0 ? "insideEndBottom" : "insideEndTop",
                        },
                    })),
                },
            },
        ],
    })
}

function drawHistogram({ id, xName, values }: Histogram): string {
    const classes = classesOf(values, BINS)
    return draw(id, {
        xAxis: {
            ...axis(xName, 28),
            axisLabel: { color: GREY },
            type: "category",
            data: classes.map(c => c.middle.toFixed(2)),
        },
        yAxis: { ...axis("bursts", 56), axisLabel: { color: GREY } },
        series: [
            {
                type: "bar",
                barCategoryGap: "8%",
                itemStyle: { color: BLUE },
                data: classes.map(c => c.count),
            },
        ],
    })
}

/** Counts values in equal classes; empty if there are no values. */
export function classesOf(
    values: readonly number[],
    bins: number
): { middle: number; count: number }[] {
    if (values.length === 0) return []
    const low = values.reduce((a, b) => Math.min(a, b))
    const high = values.reduce((a, b) => Math.max(a, b))
    // If all values are equal, one class of width 1 around them.
    const width = high > low ? (high - low) / bins : 1
    const from = high > low ? low : low - 0.5
    const classes = Array.from({ length: high > low ? bins : 1 }, (_, i) => ({
        middle: from + (i + 0.5) * width,
        count: 0,
    }))
    for (const v of values) {
        const i = Math.min(classes.length - 1, Math.floor((v - from) / width))
        classes[i]!.count++
    }
    return classes
}

/** Range of curve and limits with a margin of 6 %. */
function span(points: Points, limits: readonly number[]): { min: number; max: number } {
    let low = Math.min(...limits)
    let high = Math.max(...limits)
    for (const [, y] of points) {
        low = Math.min(low, y)
        high = Math.max(high, y)
    }
    const margin = (high - low || 1) * 0.06
    const round = (v: number): number => Number(v.toPrecision(3))
    return { min: round(low - margin), max: round(high + margin) }
}
