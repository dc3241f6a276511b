// Size and margins that the drawings along the pullback share, so that a position is at the same place in all of them.

export const CHART = { widthPx: 1040, leftPx: 84, rightPx: 24 }

/** Width of the part in which positions are drawn. */
export const PLOT_PX = CHART.widthPx - CHART.leftPx - CHART.rightPx

/** Distance between the numbers of an axis: a round one, so that there are at most ten. */
export function tickStep(from: number, to: number): number {
    const raw = (to - from) / 10
    const ten = 10 ** Math.floor(Math.log10(raw))
    return ten * [1, 2, 5, 10].find(factor => factor * ten >= raw * 0.999)!
}

export const COLOURS = {
    lumen: "#1f5fa8",
    vessel: "#2e7d4f",
    unsure: "#c25e00",
    reference: "#2e8b57",
    lesion: "#b3261e",
    text: "#5b6570",
} as const
