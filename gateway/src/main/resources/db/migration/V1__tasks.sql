-- In the order of a task's life: what comes later is greater.
create type task_status as enum ('queued', 'running', 'succeeded', 'failed', 'expired', 'cancelled');

-- What is known of each task: the projection of the topic of tasks.
--
-- Times are epoch milliseconds, as on the topic, so that a cursor names a row exactly. Names sort by
-- their bytes ("C"), whatever the locale of the server: a page begins where the last one ended on
-- every server, and comparing is cheap.
create table task (
  tenant text collate "C" not null,
  id text collate "C" not null,
  status task_status not null,
  -- Null when no model could be read out of the request.
  model text collate "C",
  model_version text,
  created_at bigint not null,
  started_at bigint,
  ended_at bigint,
  -- 0 when it was not scored.
  batch_size integer not null,
  -- Where its request stood. A request is one life of a task: the same id may live again when its
  -- first request was refused, or is long forgotten.
  source text not null,
  -- Text and not jsonb: a result is given back byte for byte, the digits of its numbers included, and
  -- nobody searches in it.
  result text,
  error_code text,
  error_message text,
  error_type text,
  error_param text,
  -- Where on the topic of tasks this state stood, so that of two lives the later one is known. Null
  -- while only the gateway has told of the task.
  partition integer,
  position bigint,
  updated timestamptz not null default now(),
  primary key (tenant, id)
);

-- One index for each set of filters, each in the order of pages: whatever the filters, a page reads
-- only rows that are on it. An index that leaves a filter out could read a million rows to find ten.
create index task_page on task (tenant, created_at desc, id desc);
create index task_page_status on task (tenant, status, created_at desc, id desc);
create index task_page_model on task (tenant, model, created_at desc, id desc);
create index task_page_model_status on task (tenant, model, status, created_at desc, id desc);

-- What retention looks for.
create index task_ended on task (ended_at) where ended_at is not null;

-- How far the topic of tasks has been projected. Written in the transaction that writes the rows, so
-- the two never disagree. A next_offset of -1: nothing has been read yet, or the topic is to be read
-- from its beginning again.
create table task_offset (
  consumer_group text not null,
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  -- What is added to an offset to make a position: where a topic was made anew under the same name,
  -- offsets begin again, and positions go on.
  position_base bigint not null,
  primary key (consumer_group, topic, partition)
);

-- One row: which database this is. Gateways that share it are one group of readers of the topic.
create table database_identity (
  only_row boolean primary key default true check (only_row),
  id uuid not null default gen_random_uuid()
);
insert into database_identity default values;

-- One row, written by health checks: that the server answers does not say that it can write.
create table gateway_health (
  only_row boolean primary key check (only_row),
  checked timestamptz not null
);
