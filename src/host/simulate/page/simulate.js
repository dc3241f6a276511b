// The simulator's page: connects the parts, sends what the operator does, and renders each state.

import { connect, send } from "./connection.js"
import { startDial } from "./dial.js"
import { UnitDisplay } from "./display.js"
import { el, make, setText } from "./dom.js"
import { showFaults, startFaults } from "./faults.js"
import { Holds, releaseWhenUnseen } from "./holds.js"
import { startKeyboard } from "./keyboard.js"
import { showAlarm, showLesson, showRefusal, showReview, startReview } from "./lesson.js"
import "./live-picture.js"
import { Buzzer } from "./sound.js"
import { buildUnit, showLamps, showPressed, showUnit } from "./unit.js"
import { BUTTON_PARTS, DIAL_PART, OTHER_KEYS } from "./unit-parts.js"

/** @typedef {import("../messages").SimulatorState} SimulatorState */

/** A second click on the e-stop within this time is that of a double click, and does not turn it out. */
const ESTOP_CLICK_MS = 500

/** @type {SimulatorState | undefined} */
let state
let estopMs = -Infinity
const buzzer = new Buzzer()
const display = new UnitDisplay(/** @type {HTMLCanvasElement} */ (el("display")))
const picture = /** @type {HTMLElement & { update(cart: SimulatorState["cart"]): void }} */ (
    el("picture")
)
const holds = new Holds(
    (name, isDown) => {
        send(isDown ? { press: name } : { release: name })
        showPressed(holds, state?.unit.pressed ?? [])
    },
    () => void send({ releaseAll: true })
)

function render() {
    const isOpen = state !== undefined
    el("main").inert = !isOpen
    holds.isConnected = isOpen
    if (!state) return
    showTime(state.realTime)
    setText("run", state.run === 0 ? "Practice" : `Practice run ${state.run}`)
    // The warning about the time needs the room.
    const note = state.realTime.isTooSlow ? "" : " · nothing here is connected to a machine"
    setText("what", `· ${state.catheter}${note}`)
    showUnit(state)
    showPressed(holds, state.unit.pressed)
    picture.update(state.cart)
    showAlarm(state)
    showLesson(state.lesson)
    showReview(state)
    showFaults(state.faults)
}

/** @param {SimulatorState["realTime"]} realTime */
function showTime({ factor, loadPercent, behindMs, isTooSlow }) {
    document.body.dataset.time = isTooSlow ? "slow" : "real"
    const speed = `${factor.toFixed(2)}×`
    const behind = (behindMs / 1000).toFixed(1)
    setText(
        "time",
        isTooSlow
            ? `This computer is too slow: ${speed} real time, ${behind} s behind`
            : `Real time ${speed}`
    )
    setText("load", `${Math.round(loadPercent)} % of a core`)
}

/** Presses the e-stop at once; turns it out by another click. */
function useEstop() {
    const isPressed = state?.unit.estopPressed === true
    if (isPressed && performance.now() - estopMs < ESTOP_CLICK_MS) return
    if (!isPressed) estopMs = performance.now()
    send({ estop: !isPressed })
}

function startEstop() {
    const button = el("estop")
    let wasPressed = false
    button.addEventListener("pointerdown", event => {
        wasPressed = state?.unit.estopPressed === true
        if (event.button === 0 && !wasPressed) useEstop()
    })
    button.addEventListener("click", event => {
        if (event.detail === 0 || wasPressed) useEstop()
    })
}

function openHelp() {
    const help = /** @type {HTMLDialogElement} */ (el("help"))
    if (!help.open) help.showModal()
}

function fillHelp() {
    const keys = [...BUTTON_PARTS, DIAL_PART].map(
        ({ keyLabel, help, kind }) =>
            /** @type {const} */ ([keyLabel, kind === "hold" ? `${help}` : help])
    )
    for (const [key, text] of [...keys, ...OTHER_KEYS])
        el("help-keys").append(
            make(
                "dt",
                "",
                "",
                key.split(" ").map(one => make("kbd", "", one))
            ),
            make("dd", "", text)
        )
}

/** A control that was clicked gives the focus back, so that Enter pushes the dial again. */
function dropFocusAfterClicks() {
    addEventListener("click", event => {
        const { target, detail } = event
        if (detail > 0 && target instanceof Element)
            /** @type {HTMLElement | null} */ (target.closest("button, a"))?.blur()
    })
}

const useCable = () => void (state && send({ cable: !state.unit.plugged }))

buildUnit(holds)
startEstop()
startFaults(send)
startReview(send)
fillHelp()
dropFocusAfterClicks()
releaseWhenUnseen(holds)
buzzer.start()
const turn = startDial(holds, clicks => send({ turn: clicks }))
startKeyboard(holds, {
    ...{ turn, estop: useEstop, cable: useCable },
    ...{ sound: () => buzzer.toggle(), help: openHelp },
})
el("cable").addEventListener("click", useCable)
el("sound").addEventListener("click", () => buzzer.toggle())
el("help-open").addEventListener("click", openHelp)
connect("/simulator", {
    onOpen: () => {
        document.body.dataset.link = "open"
        el("lost").hidden = true
    },
    onLost: attempts => {
        state = undefined
        document.body.dataset.link = "lost"
        el("lost").hidden = false
        setText("lost-text", `Trying again (${attempts}) …`)
        document.body.dataset.time = "unknown"
        setText("time", "")
        setText("load", "")
        holds.releaseAll()
        display.show(undefined)
        showLamps([])
        render()
    },
    onState: received => {
        state = received
        render()
    },
    onTone: tone => buzzer.play(tone),
    onRefusal: text => showRefusal(text, () => state && showAlarm(state)),
    onDisplay: gddram => display.show(gddram),
})
