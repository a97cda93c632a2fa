import 'uplot/dist/uPlot.min.css';
import UPlot from 'uplot';

/** The chart library with its style: a part of its own, loaded when something is drawn. */
export default UPlot;
