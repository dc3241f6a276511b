// Types of the bundle of echarts. The bundle loads ten times faster than the several hundred files of "echarts".
declare module "echarts/dist/echarts.esm.min.mjs" {
    export * from "echarts"
}
