// Types of the parts of dcmjs that are used here; the package has none.
declare module "dcmjs" {
    /** A data element in the DICOM JSON model (PS3.18 F). */
    interface Element {
        readonly vr: string
        readonly Value: readonly unknown[]
    }
    /** Elements by tag, eight hexadecimal digits. */
    type Elements = Record<string, Element>
    /** Values by keyword. */
    type Dataset = Record<string, unknown>

    class DicomDict {
        constructor(meta: Elements)
        readonly meta: Elements
        dict: Elements
        write(): ArrayBuffer
    }
    const dcmjs: {
        readonly log: {
            getLogger(name: string): {
                getLevel(): number
                setLevel(level: number | "silent", persist: boolean): void
            }
        }
        readonly data: {
            readonly DicomDict: typeof DicomDict
            readonly DicomMessage: {
                /** @param options to read no further than a tag */
                readFile(
                    bytes: ArrayBuffer,
                    options?: { untilTag: string; includeUntilTagValue: boolean }
                ): DicomDict
            }
            readonly DicomMetaDictionary: {
                naturalizeDataset(elements: Elements): Dataset
                denaturalizeDataset(dataset: Dataset): Elements
            }
        }
    }
    export default dcmjs
}
