// Draws the chart of lumen area and diameters along the pullback, with a mark at the shown position.

/**
 * The part of echarts that is used here; its script defines a global.
 * @typedef {{ setOption(option: object): void, resize(): void,
 *   getZr(): { on(name: string, listener: (event: { offsetX: number, offsetY: number }) => void): void },
 *   convertFromPixel(finder: object, at: number[]): number[] }} Chart
 */

const AREA = "#4cc2ff"
const MINIMUM = "#e8a33d"
const MAXIMUM = "#3fbf7f"
const DIM = "#7f8c98"
const GRID = "#242c34"

/**
 * @param {HTMLElement} element
 * @param {{ rows: readonly (readonly (number | null)[])[], lengthMm: number }} pullback rows of position, time, area, diameters
 * @param {(positionMm: number) => void} onPick called with the position of a click
 * @returns {{ showAt(positionMm: number): void, showRows(rows: readonly (readonly (number | null)[])[]): void }}
 */
export function measurementsChart(element, pullback, onPick) {
    // @ts-expect-error: echarts has no types as a script
    const { echarts } = window
    /** @type {Chart} */
    const chart = echarts.init(element, null, { renderer: "canvas" })
    const axis = {
        axisLine: { lineStyle: { color: DIM } },
        axisLabel: { color: DIM },
        splitLine: { lineStyle: { color: GRID } },
        nameTextStyle: { color: DIM },
    }
    /** @param {string} name @param {string} color @param {number} yAxisIndex */
    const line = (name, color, yAxisIndex) => ({
        ...{ type: "line", name, yAxisIndex, showSymbol: false },
        ...{ silent: true, animation: false, lineStyle: { width: 1.5, color } },
        itemStyle: { color },
    })
    /** @param {readonly (readonly (number | null)[])[]} rows */
    const seriesOf = rows =>
        [
            line("area", AREA, 0),
            line("minimum diameter", MINIMUM, 1),
            line("maximum diameter", MAXIMUM, 1),
        ].map((own, i) => ({ ...own, data: rows.map(row => [row[0], row[i + 2]]) }))
    let series = seriesOf(pullback.rows)
    chart.setOption({
        animation: false,
        grid: { left: 60, right: 60, top: 40, bottom: 40 },
        legend: { textStyle: { color: "#cfd8e0" }, top: 4, icon: "roundRect" },
        xAxis: {
            ...axis,
            ...{ type: "value", min: 0, max: pullback.lengthMm },
            ...{ name: "mm", nameLocation: "end" },
        },
        yAxis: [
            { ...axis, type: "value", name: "mm²", min: 0 },
            {
                ...axis,
                type: "value",
                name: "mm",
                min: 0,
                splitLine: { show: false },
            },
        ],
        series,
    })
    chart.getZr().on("click", ({ offsetX, offsetY }) => {
        const [positionMm] = chart.convertFromPixel({ gridIndex: 0 }, [offsetX, offsetY])
        if (positionMm !== undefined) onPick(positionMm)
    })
    addEventListener("resize", () => chart.resize())
    return {
        showRows: rows => {
            series = seriesOf(rows)
            chart.setOption({ series: series.map(({ data }) => ({ data })) })
        },
        showAt: positionMm =>
            chart.setOption({
                series: [
                    {
                        ...series[0],
                        markLine: {
                            ...{
                                symbol: "none",
                                silent: true,
                                animation: false,
                            },
                            ...{ label: { show: false } },
                            lineStyle: { color: AREA, type: "solid", width: 1 },
                            data: [{ xAxis: positionMm }],
                        },
                    },
                ],
            }),
    }
}
