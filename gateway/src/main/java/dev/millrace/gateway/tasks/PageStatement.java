package dev.millrace.gateway.tasks;

import dev.millrace.protocol.TaskStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGStatement;

/** The statement of a page: one condition for each filter, in the order of one of the indexes. */
final class PageStatement {
  private final StringBuilder sql;
  private final List<Parameter> parameters = new ArrayList<>();

  /** A value and its type, of {@link Types}. */
  private record Parameter(Object value, int type) {}

  private PageStatement(String tenant) {
    sql =
        new StringBuilder("select ")
            .append(TaskColumns.WITHOUT_RESULT)
            .append(" from task where tenant = ?");
    parameters.add(new Parameter(tenant, Types.VARCHAR));
  }

  /** That of one task more than the page has, which tells whether there is another page. */
  static PageStatement of(TaskQuery query) {
    PageStatement statement = new PageStatement(query.tenant());
    TaskStatus status = query.status();
    if (status != null) {
      statement.and(" and status = ?", status.wireName(), Types.OTHER);
    }
    if (query.model() != null) {
      statement.and(" and model = ?", query.model(), Types.VARCHAR);
    }
    if (query.since() != null) {
      statement.and(" and created_at >= ?", query.since(), Types.BIGINT);
    }
    TaskCursor after = query.after();
    if (after != null) {
      statement.and(" and (created_at, id) < (?", after.created(), Types.BIGINT);
      statement.and(", ?)", after.id(), Types.VARCHAR);
    }
    statement.and(" order by created_at desc, id desc limit ?", query.limit() + 1L, Types.BIGINT);
    return statement;
  }

  private void and(String condition, Object value, int type) {
    sql.append(condition);
    parameters.add(new Parameter(value, type));
  }

  /** Prepares it; the caller closes it. */
  PreparedStatement prepare(Connection connection) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql.toString());
    try {
      // Planned for its values each time: a plan for any tenant and status is wrong for some.
      statement.unwrap(PGStatement.class).setPrepareThreshold(0);
      int index = 1;
      for (Parameter parameter : parameters) {
        statement.setObject(index++, parameter.value(), parameter.type());
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }
}
