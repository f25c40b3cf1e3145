import { text } from '../../../core/sql/quote.ts';
import type { FormatReader, OpenFile, RawTable } from './format.ts';

/** Parquet, whose columns bring their types. */
export const parquet: FormatReader = {
  type: 'parquet',
  text: false,
  async open(file: OpenFile): Promise<RawTable> {
    const relation = `read_parquet(${text(file.path)})`;
    const described = await file.session.rows<{ column_name: string; column_type: string }>(
      `reading the columns of ${file.name}`,
      `DESCRIBE SELECT * FROM ${relation}`,
    );
    return {
      relation,
      columns: described.map(({ column_name, column_type }) => ({ name: column_name, type: column_type })),
      format: { type: 'parquet' },
    };
  },
};
