/** Colours that colour-blind people tell apart (Okabe and Ito), dashes for who prints without; light ones on dark pages. */
export const PLOT_STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 16px; font-weight: 600; }
  .caption { font-size: 11px; fill: #57606a; }
  .page { fill: #ffffff; }
  .grid { stroke: #d8dee4; fill: none; }
  .line { fill: none; stroke-width: 2; }
  .s0 { stroke: #0072b2; color: #0072b2; }
  .s1 { stroke: #d55e00; color: #d55e00; stroke-dasharray: 8 4; }
  .s2 { stroke: #009e73; color: #009e73; stroke-dasharray: 2 3; }
  .s3 { stroke: #b0458a; color: #b0458a; stroke-dasharray: 10 3 2 3; }
  .s4 { stroke: #8a6d00; color: #8a6d00; stroke-dasharray: 5 2; }
  .mark { fill: currentColor; stroke-dasharray: none; }
  .range { stroke-width: 1.5; stroke-dasharray: none; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .caption { fill: #9198a1; }
    .page { fill: #0d1117; }
    .grid { stroke: #30363d; }
    .s0 { stroke: #56b4e9; color: #56b4e9; }
    .s1 { stroke: #ff8c42; color: #ff8c42; }
    .s2 { stroke: #2fd6a3; color: #2fd6a3; }
    .s3 { stroke: #e58fc4; color: #e58fc4; }
    .s4 { stroke: #f0e442; color: #f0e442; }
  }
`;

/** Series that have a class of their own in it. */
export const MAXIMUM_SERIES = 5;
