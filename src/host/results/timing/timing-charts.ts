// Responsible for: the charts of a timing report as SVG text, drawn by echarts without a browser.
// Not for: what they show (timing-page.ts).

import { type EChartsCoreOption, init } from "echarts/dist/echarts.esm.min.mjs"

const WIDTH = 1040
const HEIGHT = 300
const BLUE = "#1f5fa8"
const GREY = "#5b6570"
const PLATEAU = "rgba(46, 139, 87, 0.14)"
const LIMIT = "#b3261e"

type Points = readonly (readonly [number, number])[]

export interface LineChart {
    /** Names it within its page. */
    readonly id: string
    readonly xName: string
    readonly yName: string
    readonly points: Points
    /** Stretch of x that is shaded, and what is written on it. */
    readonly shaded?: { from: number; to: number; text: string } | undefined
    /** Values of y at which a dashed line is drawn. */
    readonly limits?: readonly number[]
}

/** One curve over x. Of more points than pixels the extremes are kept. */
export function lineChart(chart: LineChart): string {
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
                    // Inside of a pair of limits, where nothing cuts it off.
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

/** How often values fell into each of `bins` equal classes from the least to the greatest. */
export function histogram(id: string, xName: string, values: readonly number[], bins = 24): string {
    const classes = classesOf(values, bins)
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

/** Equal classes over all values; no values, no classes. */
export function classesOf(
    values: readonly number[],
    bins: number
): { middle: number; count: number }[] {
    if (values.length === 0) return []
    const low = values.reduce((a, b) => Math.min(a, b))
    const high = values.reduce((a, b) => Math.max(a, b))
    // All alike: one class of the width 1 around them.
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

function axis(name: string, nameGap: number): Record<string, unknown> {
    return {
        type: "value",
        name,
        nameGap,
        nameLocation: "middle",
        nameTextStyle: { color: GREY },
        // The ends of an axis are where the data ends: no round numbers.
        axisLabel: { color: GREY, showMinLabel: false, showMaxLabel: false },
    }
}

/** From the lowest to the highest of curve and limits, and a little air. */
function span(points: Points, limits: readonly number[]): { min: number; max: number } {
    let low = Math.min(...limits)
    let high = Math.max(...limits)
    for (const [, y] of points) {
        low = Math.min(low, y)
        high = Math.max(high, y)
    }
    const air = (high - low || 1) * 0.06
    const round = (v: number): number => Number(v.toPrecision(3))
    return { min: round(low - air), max: round(high + air) }
}

function draw(id: string, option: EChartsCoreOption): string {
    const chart = init(null, null, {
        renderer: "svg",
        ssr: true,
        width: WIDTH,
        height: HEIGHT,
    })
    try {
        chart.setOption({
            animation: false,
            grid: { left: 84, right: 24, top: 16, bottom: 48 },
            ...option,
        })
        return named(id, chart.renderToSVGString())
    } finally {
        chart.dispose()
    }
}

/**
 * The library counts charts and styles through the life of a process: named by the page and counted within the chart,
 * the same run gives the same chart each time.
 */
function named(id: string, svg: string): string {
    const names = new Map<string, string>()
    return svg.replace(/\bzr\d+-[a-z]+-?\d+/g, name => {
        const known = names.get(name) ?? `${id}-${names.size}`
        names.set(name, known)
        return known
    })
}
