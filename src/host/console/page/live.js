// Shows the state of a live picture.

import { buttonOf, el, setLabel, setList, setText, setVisible } from "./dom.js"

/** @typedef {import("../live-state").LiveState} LiveState */

/** Clock lags shorter than this are not shown. */
const CLOCK_LAG_SHOWN_MS = 100
const BADGES = { none: "NO PICTURE", live: "LIVE", frozen: "FROZEN", stopped: "STOPPED" }

/** @param {LiveState} state */
export function renderLive(state) {
    document.body.dataset.picture = state.picture
    setText("badge", BADGES[state.picture])
    const { catheter, serial, target } = state
    setText("source", catheter ? `${catheter} no. ${serial} on ${target}` : target)
    setText(
        "cart-state",
        state.cartState
            ? `cart: ${state.cartState}, in control: ${state.control}`
            : "no cart connected"
    )
    setVisible("fault", state.fault !== null)
    setText("fault-text", state.fault?.sentence ?? "")
    setText("fault-detail", state.fault?.detail ?? "")
    renderQuestion(state.question)
    setVisible("motion", state.moving)
    renderAlarms(state)
    setVisible("pause-sound", state.sound !== null)
    setVisible("standing", state.picture !== "live")
    setText("standing", pictureStatus(state))
    buttonOf("freeze").setAttribute("aria-pressed", String(state.frozen !== null))
    setLabel("freeze", state.frozen ? "Unfreeze" : "Freeze")
    setLabel("transmit", state.transmit ? "Standby" : "Go live")
    renderCounts(state)
    renderRingDown(state.ringDown)
}

/** @param {LiveState["question"]} question */
function renderQuestion(question) {
    setVisible("question", question !== null)
    if (!question) return
    setText("question-text", question.what)
    setLabel("answer", question.label)
    // A click answers what the button showed when it was pressed.
    buttonOf("answer").value = String(question.id)
}

/** Lamp and flashes are those of the most urgent alarm. @param {LiveState} state */
function renderAlarms({ alarms, fault }) {
    setVisible("alarms", alarms.length > 0)
    setList(
        "alarm-list",
        alarms.map(({ text }) => text)
    )
    const [top] = alarms
    if (!top) return
    // The cart acknowledges its warnings with the fault.
    setVisible("acknowledge", !fault && alarms.some(({ acknowledged }) => !acknowledged))
    const { style, dataset } = el("alarms")
    dataset.lamp = top.lamp
    style.setProperty("--flash", top.flashHz > 0 ? `${(1 / top.flashHz).toFixed(2)}s` : "0s")
}

/** @param {LiveState} state */
function pictureStatus({ picture, frozen, transmit }) {
    if (picture === "frozen" && frozen)
        return `FROZEN at ${(frozen.timeMs / 1000).toFixed(3)} s, frame ${frozen.frame}`
    if (picture === "stopped") return "STOPPED: this picture is not live"
    return transmit ? "Waiting for the first frame" : "No picture yet"
}

/** @param {LiveState} state */
function renderCounts({ frames, framesPerS, lines, ecgPerMin, clockLagMs }) {
    setText("frames", String(frames))
    setText("rate", framesPerS?.toFixed(1) ?? "–")
    const { received = 0, missing = 0, dropped } = lines ?? {}
    setText("received", String(received))
    setText("missing", String(missing))
    el("missing").classList.toggle("lost", missing > 0)
    setText("dropped", droppedText(dropped))
    setText("ecg", ecgPerMin === null ? "–" : `${ecgPerMin}/min`)
    const lagging = clockLagMs >= CLOCK_LAG_SHOWN_MS
    setVisible("clock-lag-name", lagging)
    setVisible("clock-lag", lagging)
    setText("clock-lag", `${(clockLagMs / 1000).toFixed(1)} s`)
}

/** @param {NonNullable<LiveState["lines"]>["dropped"] | undefined} dropped */
function droppedText(dropped) {
    if (!dropped) return "0"
    const causes = Object.entries(dropped).filter(([, n]) => n > 0)
    return causes.map(([cause, n]) => `${n} ${cause}`).join(", ") || "0"
}

/** @param {LiveState["ringDown"]} ringDown */
function renderRingDown(ringDown) {
    const { reference, subtracted, stale, notes, capturing } = ringDown
    setText("ring-down", ringDownText(ringDown))
    setList("ring-down-notes", [...stale, ...notes], stale.length)
    buttonOf("subtract").disabled = reference === null
    buttonOf("subtract").setAttribute("aria-pressed", String(subtracted))
    buttonOf("capture").disabled = capturing !== null
}

/** @param {LiveState["ringDown"]} ringDown */
function ringDownText({ reference, subtracted, stale, capturing }) {
    if (capturing)
        return `Capturing: ${capturing[0]} of ${capturing[1]} frames. Keep the tip free in blood.`
    if (!reference) return "No reference: nothing is subtracted."
    const captured = new Date(reference.captured).toLocaleString()
    const residual = reference.residualDb === null ? "" : `, residual ${reference.residualDb} dB`
    const state = subtracted ? "Subtracted" : "Not subtracted"
    return `${state}: reference of ${captured}${residual}${stale.length > 0 ? ", STALE" : ""}.`
}
