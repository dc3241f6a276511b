// The line engine's receiver: acquires the samples of one line, as an envelope or as channel data.

import * as record from "../../../src/shared/acquisition/line-record"
import type { EngineEnvironment } from "./environment"
import { Sampler } from "./sampler"
import type { SequenceTable } from "./sequence-table"
import type { FiringSettings } from "./settings"

export class Receiver {
    private readonly sampler = new Sampler()
    private signal = new Float32Array(256)

    constructor(
        private readonly environment: EngineEnvironment,
        private readonly table: SequenceTable
    ) {}

    /** Sets the number of samples per line. */
    resize(samples: number): void {
        this.signal = new Float32Array(samples)
    }

    /** Loads the TGC curve of these settings. */
    loadGain(settings: FiringSettings): void {
        this.sampler.setGain(
            settings.samples,
            this.table.samplePeriodPs() / 1000,
            settings.firstSampleNs,
            settings.tgcCdb,
            settings.tgcStepNs
        )
    }

    /**
     * Acquires one line into the sample field of a record, in the configured format.
     * @param index of the line
     * @param tipIndex of the line that a rotating tip actually points to
     */
    acquire(settings: FiringSettings, index: number, tipIndex: number, slot: Uint8Array): void {
        const { environment, sampler, signal, table } = this
        const at = record.LINE_HEADER_LENGTH
        if (settings.sampleFormat === record.SAMPLE_FORMAT_LOG8) {
            environment.echo(tipIndex, signal)
            sampler.sample(signal, slot, at)
            return
        }
        const [tx, rx] = table.pair(index)
        const samplePeriodUs = table.samplePeriodPs() / 1e6
        const firstSampleUs = settings.firstSampleNs / 1000
        signal.fill(0)
        environment.channelDataEcho?.({ tx, rx, samplePeriodUs, firstSampleUs }, signal)
        sampler.sampleRf(signal, slot, at)
    }
}
