'use strict';
// What users of the official client do, against the gateway of SETTINGS. Prints what came of it as
// one JSON object: a value for each check, which the test looks at.
const OpenAI = require('openai');

const settings = JSON.parse(process.env.SETTINGS);

function client(apiKey, baseURL = settings.url) {
  return new OpenAI({ apiKey, baseURL: `${baseURL}/v1`, maxRetries: 0, timeout: 60_000 });
}

const request = {
  model: 'scribe',
  prompt: 'And it came to pass',
  max_tokens: 30,
  seed: 5,
};

async function completes(openai) {
  const completion = await openai.completions.create(request);
  return {
    text: completion.choices[0].text,
    finishReason: completion.choices[0].finish_reason,
    object: completion.object,
    usage: completion.usage,
    requestId: completion._request_id,
  };
}

async function streams(openai) {
  const { data, response } = await openai.completions
    .create({ ...request, stream: true, stream_options: { include_usage: true } })
    .withResponse();
  let text = '';
  let pieces = 0;
  let usage = null;
  for await (const chunk of data) {
    for (const choice of chunk.choices) {
      text += choice.text;
      pieces++;
    }
    usage = chunk.usage ?? usage;
  }
  return { text, pieces, usage, contentType: response.headers.get('content-type') };
}

async function breaksOff(openai) {
  const stream = await openai.completions.create({ ...request, max_tokens: 200, stream: true });
  let pieces = 0;
  for await (const chunk of stream) {
    pieces += chunk.choices.length;
    if (pieces >= 3) {
      break;
    }
  }
  return { pieces, aborted: stream.controller.signal.aborted };
}

async function listsModels(openai) {
  const names = [];
  for await (const model of openai.models.list()) {
    names.push(model.id);
  }
  const retrieved = await openai.models.retrieve('scribe');
  return { names, retrieved: { id: retrieved.id, object: retrieved.object } };
}

async function failure(call) {
  try {
    await call();
  } catch (error) {
    for (const type of Object.values(OpenAI)) {
      if (typeof type === 'function' && error.constructor === type) {
        const { status, code, type: kind, param, requestID: requestId, message } = error;
        const retryAfter = error.headers?.get('retry-after') ?? null;
        return { class: type.name, status, code, type: kind, param, requestId, message, retryAfter };
      }
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

async function failsAsTyped(openai) {
  const throttled = client(settings.tokens.throttled, settings.throttledUrl);
  await throttled.completions.create({ ...request, max_tokens: 1 });
  return {
    badRequest: await failure(() => openai.completions.create({ ...request, temperature: 3 })),
    notFound: await failure(() => openai.completions.create({ ...request, model: 'nobody' })),
    modelNotFound: await failure(() => openai.models.retrieve('nobody')),
    authentication: await failure(() => client('none of yours').completions.create(request)),
    permissionDenied: await failure(() =>
      client(settings.tokens.scopeless).completions.create(request)),
    rateLimit: await failure(() => throttled.completions.create(request)),
    streamed: await failure(() =>
      openai.completions.create({ ...request, model: 'nobody', stream: true })),
  };
}

async function main() {
  const openai = client(settings.tokens.full);
  const report = {
    node: process.version,
    client: require('openai/version').VERSION,
    completes: await completes(openai),
    streams: await streams(openai),
    breaksOff: await breaksOff(openai),
    models: await listsModels(openai),
    errors: await failsAsTyped(openai),
  };
  console.log(JSON.stringify(report));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
