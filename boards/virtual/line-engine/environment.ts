// Interface of the line engine to the rest of the board: sled, echo source and transmit line.

/** What the engine needs from the rest of the board. */
export interface EngineEnvironment {
    /** Advances the sled, and with it the encoder, to this time. */
    advanceTo(timeUs: number): void
    /** Writes the echo of line `index` at the present time: linear envelope before TGC. */
    echo(index: number, out: Float32Array): void
    /** Writes the RF of one pair from the present time on; full scale 1 before TGC. Without it channel data is zero. */
    channelDataEcho?(shot: ChannelDataShot, out: Float32Array): void
    /** One transmit pulse has left the front end. */
    onTransmit(timeUs: number): void
}

/** Transmit and receive element, and the sampling times after the start of the pulse. */
export interface ChannelDataShot {
    readonly tx: number
    readonly rx: number
    readonly samplePeriodUs: number
    readonly firstSampleUs: number
}
