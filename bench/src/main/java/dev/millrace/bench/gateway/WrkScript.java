package dev.millrace.bench.gateway;

import java.util.List;

/**
 * What {@code wrk} sends and says, in Lua: the bodies in turn, and at the end one line that {@link
 * WrkOutcome} reads. The token comes from the environment, so that no file has it.
 */
final class WrkScript {
  /** The environment variable with the token. */
  static final String TOKEN = "MILLRACE_TOKEN";

  /** How the line with the figures begins. */
  static final String MARK = "millrace-wrk ";

  /** What follows the bodies. */
  private static final String FUNCTIONS =
      """
      local requests = {}
      local threads = {}
      local turn = 0

      function setup(thread)
        table.insert(threads, thread)
        thread:set("first", #threads)
      end

      function init(arguments)
        refused = {}
        turn = first * 37
        for index, body in ipairs(bodies) do
          local headers = {
            ["Authorization"] = "Bearer " .. os.getenv("%s"),
            ["Content-Type"] = body[2] > 0 and "application/octet-stream" or "application/json"
          }
          if body[2] > 0 then
            headers["Inference-Header-Content-Length"] = tostring(body[2])
          end
          requests[index] = wrk.format("POST", nil, headers, body[1])
        end
      end

      function request()
        turn = turn %% #requests + 1
        return requests[turn]
      end

      function response(status, headers, body)
        if status ~= 200 then
          local name = "s" .. status
          refused[name] = (refused[name] or 0) + 1
        end
      end

      function done(summary, latency, times)
        local statuses = {}
        for _, thread in ipairs(threads) do
          for name, count in pairs(thread:get("refused")) do
            statuses[name] = (statuses[name] or 0) + count
          end
        end
        local line = string.format(
          "%srequests=%%d micros=%%d p50=%%d p99=%%d most=%%d connect=%%d read=%%d write=%%d timeout=%%d",
          summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
          latency.max, summary.errors.connect, summary.errors.read, summary.errors.write,
          summary.errors.timeout)
        for name, count in pairs(statuses) do
          line = line .. string.format(" %%s=%%d", name, count)
        end
        io.write(line .. "\\n")
      end
      """
          .formatted(TOKEN, MARK);

  private WrkScript() {}

  /** A script that sends these bodies, from the first again after the last. */
  static String of(List<HttpBody> bodies) {
    StringBuilder script = new StringBuilder("local bodies = {\n");
    for (HttpBody body : bodies) {
      script.append("  {\"");
      literal(script, body.bytes());
      script.append("\", ").append(body.jsonLength()).append("},\n");
    }
    return script.append("}\n").append(FUNCTIONS).toString();
  }

  /** Lua strings hold any bytes; whatever is no plain character is written by its number. */
  private static void literal(StringBuilder script, byte[] bytes) {
    for (byte value : bytes) {
      int number = value & 0xFF;
      if (number >= ' ' && number < 0x7F && number != '"' && number != '\\') {
        script.append((char) number);
      } else {
        script.append("\\%03d".formatted(number));
      }
    }
  }
}
