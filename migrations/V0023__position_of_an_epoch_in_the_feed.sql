-- Where the change feed ended when an epoch of the audit log was opened, and which change a webhook has reached. With them, a
-- cursor or a webhook from before a restore is recognised, and continues where the restored database begins to differ.

-- Null: an epoch that an earlier version opened.
alter table audit_epochs add column feed_position bigint;

-- The event of the change at the webhook's position. Null: the position is 0.
alter table webhooks add column position_event uuid;
-- The epoch of the audit log that was open when the webhook reached its position.
alter table webhooks add column position_epoch integer not null default 0;
update webhooks w
set position_event = c.event_id, position_epoch = (select coalesce(max(epoch), 0) from audit_epochs)
from changes c
where c.position = w.position;
