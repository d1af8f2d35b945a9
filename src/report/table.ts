/**
 * @file A table as HTML, with scopes for screen readers and a frame that scrolls sideways on a narrow screen.
 */

import { escapeHtml } from "./html.js";

/** A cell: text, or text with the exact value on hovering. */
export type TableCell = string | { readonly text: string; readonly title: string };

/** The contents; every string is text and is escaped. */
export interface TableData {
  readonly caption: string;
  /** Headings of all columns, that of the row labels first. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly label: string; readonly cells: readonly TableCell[] }[];
}

/**
 * Writes the table.
 * @param table `columns` holds one entry more than each row's `cells`
 * @returns HTML
 */
export function tableHtml({ caption, columns, rows }: TableData): string {
  const head = columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join("");
  const body = rows.map(({ label, cells }) => {
    return `<tr><th scope="row">${escapeHtml(label)}</th>${cells.map(cellHtml).join("")}</tr>`;
  });
  return `<div class="scroll"><table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table></div>`;
}

function cellHtml(cell: TableCell): string {
  if (typeof cell === "string") return `<td>${escapeHtml(cell)}</td>`;
  return `<td title="${escapeHtml(cell.title)}">${escapeHtml(cell.text)}</td>`;
}
