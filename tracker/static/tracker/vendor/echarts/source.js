import { use, init } from "echarts/core";
import { LineChart } from "echarts/charts";
import { GridSimpleComponent, LegendPlainComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
use([LineChart, GridSimpleComponent, LegendPlainComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);
export { init };
