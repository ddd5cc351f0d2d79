import pg from "pg";
import type { Answer, PostgresPool, Statement } from "../../../src/adapters/postgres/index.js";

/** The fate of a statement: its answer is lost, it never reaches the server, or it reaches the server late. */
type Fault = "unanswered" | "refused" | "late";

/** A pool whose next statements can get lost; nobody hears of them. */
export interface FaultyPool extends PostgresPool {
  /** Decides on the next statement whose text contains this. */
  lose(fault: Fault, text: string): void;
  /** Has the server carry out the statement that is late. */
  sendLate(): Promise<void>;
  end(): Promise<void>;
}

/** Opens a faulty pool on the server. */
export function openFaultyPool(connectionString: string): FaultyPool {
  const pool = new pg.Pool({ connectionString, max: 4 });
  let next: { readonly fault: Fault; readonly text: string } | undefined;
  let late: Statement | undefined;
  return {
    lose: (fault, text) => {
      next = { fault, text };
    },
    sendLate: async () => {
      if (late) await pool.query(late);
    },
    connect: () => pool.connect(),
    query: async (statement): Promise<Answer> => {
      if (next === undefined || !statement.text.includes(next.text)) return pool.query(statement);
      const { fault } = next;
      next = undefined;
      if (fault === "unanswered") await pool.query(statement);
      if (fault === "late") late = statement;
      throw new Error("Connection terminated unexpectedly");
    },
    end: () => pool.end(),
  };
}
