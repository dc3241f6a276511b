// Shows the state of a review, and chooses frames by position.

import { measurementsChart } from "./chart.js"
import { el, inputOf, setList, setText, setVisible } from "./dom.js"

/** @typedef {import("../review-view").ReviewState} ReviewState */
/** @typedef {import("../review-view").ReviewOpening} ReviewOpening */

/** @type {ReviewOpening | undefined} */
let opening
/** @type {{ showAt(positionMm: number): void, showRows(rows: ReviewOpening["rows"]): void } | undefined} */
let chart

/**
 * Loads the chart's script and draws the chart of the pullback. Another message has refined measurements.
 * @param {ReviewOpening} message
 * @param {(frame: number) => void} onFrame chooses a frame
 */
export async function openReview(message, onFrame) {
    opening = message
    if (chart) return chart.showRows(message.rows)
    document.body.dataset.mode = "review"
    await new Promise((resolve, reject) => {
        const script = document.createElement("script")
        script.src = "echarts.common.min.js"
        script.onload = resolve
        script.onerror = reject
        document.head.append(script)
    })
    const { rows, lengthMm } = message
    chart = measurementsChart(el("chart"), message, position => onFrame(nearest(rows, position)))
    el("long").addEventListener("click", event => {
        const { width } = el("long").getBoundingClientRect()
        onFrame(nearest(rows, (event.offsetX / width) * lengthMm))
    })
}

/** Index of the frame nearest to a position. @param {ReviewOpening["rows"]} rows @param {number} positionMm */
function nearest(rows, positionMm) {
    const distances = rows.map(row => Math.abs(row[0] - positionMm))
    return distances.indexOf(Math.min(...distances))
}

/** Marks the position of the shown frame in the chart and in the longitudinal view. @param {number} positionMm */
export function markPosition(positionMm) {
    if (!opening) return
    chart?.showAt(positionMm)
    el("long-cursor").style.left = `${(100 * positionMm) / opening.lengthMm}%`
}

/** @param {ReviewState} state @param {boolean} dragging whether the user drags the frame slider */
export function renderReview(state, dragging) {
    document.body.dataset.picture = "review"
    setText("badge", "REVIEW")
    const { title, facts, verdict } = state.headline
    document.title = `${title} – IVUS review`
    setText("source", facts.join(" · "))
    setText("verdict", verdict?.toUpperCase() ?? "")
    setVisible("verdict", verdict !== null)
    el("verdict").dataset.good = String(verdict === "complete")
    setText("cart-state", reviewNote(state))
    setVisible("standing", false)
    const { measures } = state
    setText("area", measurement(measures?.areaMm2, "mm²"))
    setText("min-diameter", measurement(measures?.minDiameterMm, "mm"))
    setText("max-diameter", measurement(measures?.maxDiameterMm, "mm"))
    inputOf("scroll").max = String(state.frames - 1)
    if (!dragging) inputOf("scroll").value = String(state.frame)
    setList("summary", state.summary)
}

/** @param {ReviewState} state */
function reviewNote({ refined, clean }) {
    if (!refined) return "borders are being refined"
    return clean ? "" : "with warnings: see the summary"
}

/** @param {number | undefined} value @param {string} unit */
const measurement = (value, unit) => (value === undefined ? "–" : `${value.toFixed(2)} ${unit}`)
