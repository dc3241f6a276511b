// Draws charts as SVG text, with echarts and without a browser.

import { type EChartsCoreOption, init } from "echarts/dist/echarts.esm.min.mjs"

const WIDTH = 1040
const HEIGHT = 300
export const CHART_COLOURS = { blue: "#1f5fa8", grey: "#5b6570", limit: "#b3261e" } as const

/** Of values, with its name. */
export function axis(name: string, nameGap: number): Record<string, unknown> {
    return {
        type: "value",
        name,
        nameGap,
        nameLocation: "middle",
        nameTextStyle: { color: CHART_COLOURS.grey },
        // The ends of the axis follow the data and are not round numbers.
        axisLabel: { color: CHART_COLOURS.grey, showMinLabel: false, showMaxLabel: false },
    }
}

/** @param id prefix of the ids in the SVG, unique in a page */
export function draw(
    id: string,
    option: EChartsCoreOption,
    size = { width: WIDTH, height: HEIGHT }
): string {
    const chart = init(null, null, { renderer: "svg", ssr: true, ...size })
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
 * Replaces the ids of echarts, which count up during the life of a process, so that the same run gives the same chart.
 */
function named(id: string, svg: string): string {
    const names = new Map<string, string>()
    return svg.replace(/\bzr\d+-[a-z]+-?\d+/g, name => {
        const known = names.get(name) ?? `${id}-${names.size}`
        names.set(name, known)
        return known
    })
}
