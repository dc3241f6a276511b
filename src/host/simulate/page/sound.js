// The unit's buzzer by Web Audio. A browser plays sound only after a first click or key on the page.

import { el, setAttribute, setText } from "./dom.js"

/** @typedef {import("../messages").Tone} Tone */

/** A buzzer at full volume is loud: this much of the browser's full scale. */
const GAIN = 0.25
/** Rise and fall of a tone; without them it clicks. */
const EDGE_S = 0.004
/** Tones that are due later than this are left out, so that sound does not lag behind after a pause of the page. */
const QUEUE_S = 0.5

const gesture = matchMedia("(pointer: coarse)").matches ? "tap" : "click"

export class Buzzer {
    /** @type {AudioContext | undefined} */
    #audio
    #isMuted = false
    /** End of the latest tone. */
    #endS = 0

    /** Number of tones that were played, or that were left out because the sound was off. */
    played = 0

    start() {
        const allow = () => void this.#allow()
        addEventListener("pointerdown", allow, { capture: true })
        addEventListener("keydown", allow, { capture: true })
        this.#show()
    }

    toggle() {
        this.#isMuted = !this.#isMuted
        this.#show()
    }

    /** @param {Tone} tone */
    play({ frequencyHz, volume, ms }) {
        const audio = this.#audio
        if (!audio || audio.state !== "running" || this.#isMuted || frequencyHz <= 0) return
        const startS = Math.max(audio.currentTime + 0.01, this.#endS)
        if (startS > audio.currentTime + QUEUE_S) return
        const endS = startS + ms / 1000
        const [tone, loudness] = [audio.createOscillator(), audio.createGain()]
        tone.type = "square"
        tone.frequency.value = frequencyHz
        const level = GAIN * Math.min(1, Math.max(0, volume))
        loudness.gain.setValueAtTime(0, startS)
        loudness.gain.linearRampToValueAtTime(level, startS + EDGE_S)
        loudness.gain.setValueAtTime(level, Math.max(startS + EDGE_S, endS - EDGE_S))
        loudness.gain.linearRampToValueAtTime(0, endS)
        tone.connect(loudness).connect(audio.destination)
        tone.start(startS)
        tone.stop(endS)
        this.#endS = endS
        this.played++
        document.body.dataset.tones = String(this.played)
    }

    async #allow() {
        try {
            this.#audio ??= new AudioContext()
            if (this.#audio.state !== "running") await this.#audio.resume()
        } catch {
            // Without a sound device the page works silently; the button says so.
        }
        this.#show()
    }

    #show() {
        const isAllowed = this.#audio?.state === "running"
        const text = this.#isMuted ? "muted" : isAllowed ? "on" : `${gesture} to allow`
        setText("sound-text", `Sound: ${text}`)
        setAttribute(el("sound-icon"), "href", isAllowed && !this.#isMuted ? "#i-sound" : "#i-mute")
        setAttribute(el("sound"), "aria-pressed", String(isAllowed && !this.#isMuted))
        document.body.dataset.sound = this.#isMuted ? "muted" : isAllowed ? "on" : "blocked"
    }
}
