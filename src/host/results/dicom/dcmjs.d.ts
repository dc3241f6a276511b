// Responsible for: the types of what is used of dcmjs, which brings none.
declare module "dcmjs" {
    /** An element as PS3.18 F has it in JSON. */
    interface Element {
        readonly vr: string
        readonly Value: readonly unknown[]
    }
    /** By tag, eight hexadecimal digits. */
    type Elements = Record<string, Element>
    /** By keyword. */
    type Dataset = Record<string, unknown>

    class DicomDict {
        constructor(meta: Elements)
        readonly meta: Elements
        dict: Elements
        write(): ArrayBuffer
    }
    const dcmjs: {
        readonly data: {
            readonly DicomDict: typeof DicomDict
            readonly DicomMessage: {
                readFile(bytes: ArrayBuffer): DicomDict
            }
            readonly DicomMetaDictionary: {
                naturalizeDataset(elements: Elements): Dataset
                denaturalizeDataset(dataset: Dataset): Elements
            }
        }
    }
    export default dcmjs
}
