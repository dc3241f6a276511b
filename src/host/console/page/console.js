// The console's page: connects to the server and renders each state and picture. The server keeps all state.

import { connect } from "./connection.js"
import { goToFrame, isDragged, renderSettings, startControls } from "./controls.js"
import { canvasOf, el, inputOf, setText, setVisible } from "./dom.js"
import { renderLive } from "./live.js"
import { drawOver, paint } from "./pictures.js"
import { markPosition, openReview, renderReview } from "./review.js"

/** @typedef {import("./pictures.js").Picture} Picture */

/** A refusal is shown for this time. */
const REFUSAL_MS = 8000
/** The heart-beat lamp is lit for this time. */
const BEAT_MS = 150

/** @type {import("../live-state").LiveState | import("../review-view").ReviewState | undefined} */
let state
/** The latest cross-section. @type {Picture | undefined} */
let picture
let refusal = ""
let refusalMs = 0

/** @param {any} message */
async function onMessage(message) {
    if (message.refusal) {
        refusal = message.refusal
        refusalMs = performance.now()
    } else if (message.opening) await openReview(message, goToFrame)
    else state = message
    render()
}

/** @param {Picture} received */
function onPicture(received) {
    if (received.name === "longitudinal") return paint(canvasOf("long"), received)
    picture = received
    paint(canvasOf("greys"), received)
    if (hasTrigger(received)) showBeat()
    renderPicture()
}

/** @param {Picture} shown */
const hasTrigger = ({ triggersDeg = [] }) => triggersDeg.length > 0

function showBeat() {
    el("beat").classList.add("now")
    setTimeout(() => el("beat").classList.remove("now"), BEAT_MS)
}

function renderPicture() {
    if (!picture) return
    const { timeMs = 0, positionMm = 0, frame = 0, linesMissing = 0 } = picture
    const live = document.body.dataset.mode === "live"
    drawOver(canvasOf("overlay"), picture, !live && inputOf("border").checked)
    setText("time", `${(timeMs / 1000).toFixed(3)} s`)
    setText("position", `${positionMm.toFixed(3)} mm`)
    setText("frame", String(frame))
    setVisible("trigger", hasTrigger(picture))
    setVisible("gaps", linesMissing > 0)
    setText("gaps", `${linesMissing} lines missing`)
    if (!live) markPosition(positionMm)
}

function render() {
    const lost = document.body.dataset.link === "lost"
    const recent = performance.now() - refusalMs < REFUSAL_MS
    const message = (recent && refusal) || (state?.mode === "live" && state.message) || ""
    setVisible("message", message !== "")
    setText("message", message)
    for (const control of document.querySelectorAll("button, input"))
        if (control.id !== "border")
            /** @type {HTMLButtonElement} */ (control).disabled = lost
    if (!state) {
        setText("badge", lost ? "NO LINK" : "…")
        setVisible("standing", lost)
        setText(
            "standing",
            "The console program has ended or does not answer; this picture is not live"
        )
        return
    }
    document.body.dataset.mode = state.mode
    setText("notice", state.notice)
    setVisible("insecure", state.insecure)
    renderSettings(state.display)
    if (state.mode === "live") renderLive(state)
    else renderReview(state, isDragged("scroll"))
}

inputOf("border").addEventListener("change", renderPicture)
startControls(() => state)
connect({
    onOpen: () => void (document.body.dataset.link = "open"),
    onLost: () => {
        document.body.dataset.link = "lost"
        state = undefined
        render()
    },
    onMessage,
    onPicture,
})
