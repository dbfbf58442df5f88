-- Grain: one row a site and valid ticket, with what every question about tickets needs worked out once. Nothing later
-- than the site's as_of counts, which matters only where site.toml states one.
with sites as (
    -- What is the same for all tickets of a site: joined once.
    select
        site.site as site_id, site.as_of, site.has_ladder, list_contains(site.answering, '') as is_answering,
        site.timezone, site.has_shifts, site.day_ends, setting.intake_until, root.community as root
    from mart.site as site
    join setting.site as setting on setting.site_id = site.site
    join mart.unit as root on root.site = site.site and root.unit = 'unknown'
),
answering as (
    -- The files of sources of which a first response is known, of any ticket.
    select file_id
    from run.file join mart.site on site.site = file.site_id and list_contains(answering, source)
),
limits as (
    -- What each class has, with or without a limit of its own; '' stands for tickets without a class.
    select
        sites.site_id, classes.class,
        coalesce(own.working_days, standard.working_days) as working_days,
        coalesce(own.met_by, standard.met_by) as met_by,
        coalesce(own.extended_by, standard.extended_by) as extended_by
    from sites
    cross join (select unnest(['', 'consultation', 'general', 'key']) as class) as classes
    left join setting.deadline as own on own.site_id = sites.site_id and own.class = classes.class
    left join setting.deadline as standard on standard.site_id = sites.site_id and standard.class = 'default'
),
receipts as materialized (
    -- Day 0 is the day of receipt, or the next working day: the number of working days up to it. Worked out before the
    -- calendar is joined again, by number: by site alone every day would meet every other.
    select
        receipt.site_id, receipt.day, late.is_late, receipt.guessed - (not receipt.official)::int as guessed,
        receipt.ordinal + case when receipt.working and not late.is_late then 0 else 1 end as day_0
    from setting.calendar as receipt
    cross join (select unnest([false, true]) as is_late) as late
),
ends as (
    -- The limit ends with the n-th working day after day 0, the time for a first response with the first.
    select
        receipts.*, limits.class, limits.met_by, limits.extended_by,
        reply.day + interval '23:59:59' as answer_by,
        last_day.day + interval '23:59:59' as ends_at,
        last_day.guessed > receipts.guessed as is_guessed
    from receipts
    join limits on limits.site_id = receipts.site_id
    left join setting.calendar as reply
        on reply.site_id = receipts.site_id and reply.working and reply.ordinal = receipts.day_0 + 1
    left join setting.calendar as last_day
        on last_day.site_id = receipts.site_id and last_day.working
        and last_day.ordinal = receipts.day_0 + limits.working_days
),
events as (
    select
        event.site as site_id,
        event.ticket_id,
        min(happened_at) filter (where event = 'responded') as responded_at,
        -- Where it came to a tier above the steward, and where it left one: what left one without having come to it
        -- was there before.
        min((happened_at, seq)) filter (where event = 'escalated' or above.rank > 1) as first_arrival,
        min((happened_at, seq)) filter (where below.rank > 1 or event = 'handed_down' and coalesce(above.rank, 1) = 1)
            as first_departure,
        min(happened_at) filter (where event = 'deliberated') as deliberated_at,
        max(happened_at) filter (where event = 'resolved') as resolved_at,
        max_by(event, (happened_at, seq)) filter (where event in ('resolved', 'reopened')) as last_verdict,
        max(happened_at) filter (where event = 'closed') as closed_at,
        max_by(event, (happened_at, seq)) filter (where event in ('closed', 'reopened')) as last_closing,
        max_by(to_tier, (happened_at, seq)) filter (where to_tier <> '') as last_tier,
        -- who acted last, which is where it lies if nothing says so: a response may come from below
        max_by(from_tier, (happened_at, seq)) filter (
            where from_tier <> '' and not run.is_move(event)
        ) as last_actor,
        greatest(max(below.rank), max(above.rank)) as highest_rank,
        count(*) filter (where event = 'extended') as extensions,
        max_by(event, (happened_at, seq)) filter (where event in ('excluded', 'restored')) as last_exclusion,
        max(happened_at) filter (where event = 'restored') as restored_at
    from step_rows as event
    left join setting.tier as below on below.site_id = event.site and below.tier = event.from_tier
    left join setting.tier as above on above.site_id = event.site and above.tier = event.to_tier
    group by event.site, event.ticket_id
),
ledger as (
    select site_id, ticket_id, max(excluded_on) as excluded_on
    from exclusion_rows join sites using (site_id)
    where excluded_on <= as_of
    group by site_id, ticket_id
),
excluded as (
    select coalesce(ledger.site_id, events.site_id) as site_id, coalesce(ledger.ticket_id, events.ticket_id) as ticket_id
    from ledger full join events using (site_id, ticket_id)
    where events.last_exclusion is not distinct from 'excluded'
        or ledger.excluded_on is not null and not coalesce(events.restored_at >= ledger.excluded_on, false)
),
known as (
    select
        ticket.* replace (
            case when ticket.first_response_at <= as_of then ticket.first_response_at end as first_response_at,
            case when ticket.escalated_at <= as_of then ticket.escalated_at end as escalated_at,
            case when ticket.resolved_at <= as_of then ticket.resolved_at end as resolved_at,
            case when ticket.closed_at <= as_of then ticket.closed_at end as closed_at
        ),
        sites.* exclude (site_id)
    from (from ticket_rows {only}) as ticket join sites using (site_id)
    where ticket.reported_at <= as_of
),
valid as (
    select
        ticket.*,
        least(events.responded_at, ticket.first_response_at) as answered_at,
        case
            when coalesce(first_departure <= first_arrival, first_departure is not null)
                and coalesce(ticket.escalated_at > first_departure[1], true) then ticket.reported_at
            else least(first_arrival[1], ticket.escalated_at)
        end as went_up_at,
        case events.last_verdict
            when 'resolved' then events.resolved_at
            when 'reopened' then null
            else ticket.resolved_at
        end as settled_at,
        case events.last_closing
            when 'closed' then events.closed_at
            when 'reopened' then null
            else ticket.closed_at
        end as shut_at,
        coalesce(events.last_tier, ticket.tier, events.last_actor) as held_by,
        coalesce(events.extensions, 0) as extensions,
        events.deliberated_at,
        coalesce(events.highest_rank, 1) as event_rank
    from known as ticket
    left join events using (site_id, ticket_id)
    {which} join excluded using (site_id, ticket_id)
),
placed as (
    select
        valid.*,
        unit.unit is not null and unit.unit <> 'unknown' as has_unit,
        unit.community,
        unit.lane,
        greatest(coalesce(tier.rank, 1), coalesce(listed.rank, 1), event_rank) as highest_rank,
        coalesce(entry = 'above', false) as from_above
    from valid
    left join mart.unit as unit on unit.site = valid.site_id and unit.unit = valid.unit_id
    left join setting.tier as tier on tier.site_id = valid.site_id and tier.tier = valid.held_by
    left join setting.tier as listed on listed.site_id = valid.site_id and listed.tier = valid.tier
),
counted as (
    select
        placed.*,
        coalesce(ends.met_by, 'resolved') as met_by,
        ends.day_0,
        ends.answer_by,
        -- A limit that is given as a day ends with it.
        coalesce(
            case when placed.due_at = date_trunc('day', placed.due_at) then placed.due_at + interval '23:59:59' else placed.due_at end,
            ends.ends_at
        ) as first_limit_at,
        placed.due_at is not null as is_given,
        placed.due_at is null and coalesce(ends.is_guessed, false) as is_guessed,
        placed.extensions * coalesce(ends.extended_by, 0) as moved_by
    from placed
    left join ends
        on ends.site_id = placed.site_id and ends.class = coalesce(placed.class, '')
        and ends.day = placed.reported_at::date
        and ends.is_late = coalesce(placed.reported_at::time > placed.intake_until, false)
),
limited as (
    -- An extension moves the limit by working days; the first limit is kept beside it.
    select
        counted.* replace (counted.is_guessed or coalesce(moved.guessed > base.guessed, false) as is_guessed),
        coalesce(moved.day + first_limit_at::time, first_limit_at) as limit_at,
        greatest(settled.ordinal - day_0, 0) as working_days,
        case met_by
            when 'first_response' then least(answered_at, settled_at)
            when 'deliberated' then least(deliberated_at, settled_at)
            else settled_at
        end as met_at
    from counted
    left join setting.calendar as base
        on base.site_id = counted.site_id and base.day = case when moved_by > 0 then first_limit_at::date end
    left join setting.calendar as moved
        on moved.site_id = base.site_id and moved.working and moved.ordinal = base.ordinal + moved_by
    left join setting.calendar as settled
        on settled.site_id = counted.site_id and settled.day = counted.settled_at::date
),
judged as (
    select
        limited.*,
        has_ladder and (from_above or highest_rank > 1 or went_up_at is not null) as is_escalated,
        limit_at < as_of as is_due,
        met_at <= limit_at as on_time,
        met_at <= first_limit_at as on_time_first
    from limited
),
asked as (
    -- Those who were asked and answered: when first, and what they said last.
    select
        site_id, ticket_id, min(asked_at) as called_at,
        unnest(max({'asked_at': asked_at, 'contacted': contacted, 'solved': solved, 'satisfaction': satisfaction}))
    from (from callback_rows {only}) as callback join sites using (site_id)
    where callback.asked_at <= sites.as_of and coalesce(reached, contacted is not null or solved is not null or satisfaction is not null)
    group by site_id, ticket_id
)
select
    judged.site_id as site,
    judged.ticket_id,
    case when has_unit then judged.unit_id else 'unknown' end as unit,
    case when has_unit then judged.community else root end as community,
    case when has_unit then judged.lane else 'unknown' end as lane,
    coalesce(judged.category, 'unknown') as category,
    coalesce(judged.channel, 'unknown') as channel,
    coalesce(judged.class, 'unknown') as class,
    coalesce(judged.entry, 'unknown') as entry,
    coalesce(judged.steward_id, 'unknown') as steward,
    coalesce(judged.held_by, case when has_ladder and not is_escalated then 'steward' else 'unknown' end) as tier,
    case
        when not has_ladder then 'not_applicable'
        when is_escalated and highest_rank = 1 then 'unknown'
        else top.tier
    end as highest_tier,
    case
        when not has_ladder then 'not_applicable'
        when is_escalated then 'escalated'
        when settled_at is not null then 'self_resolved'
        else 'in_hand'
    end as outcome,
    reported_at,
    run.day(reported_at, day_ends) as reported_day,
    case when is_escalated then case when from_above then reported_at else coalesce(went_up_at, reported_at) end end
        as escalated_from,
    settled_at as resolved_at,
    run.day(settled_at, day_ends) as resolved_day,
    coalesce(run.day(settled_at, day_ends), date '9999-12-31') as open_until,
    run.minutes(reported_at, settled_at, timezone, has_shifts) as minutes,
    working_days,
    answered_at,
    answering.file_id is not null or is_answering as is_answerable,
    coalesce(answered_at <= answer_by, false) as is_answered_in_time,
    reporter is not null as has_reporter,
    coalesce(settled_at < reported_at + interval 10 minutes, false) as is_quick,
    shut_at is not null and settled_at is null as is_closed_unsettled,
    limit_at as due_at,
    limit_at::date as due_day,
    coalesce(is_due, false) as is_due,
    met_at,
    coalesce(on_time, false) as on_time,
    case when moved_by > 0 then first_limit_at end as first_due_at,
    coalesce(on_time_first, false) as on_time_first,
    extensions,
    is_given as is_due_given,
    is_guessed as is_due_guessed,
    case when is_due and not coalesce(on_time, false) then run.day(greatest(limit_at, reported_at), day_ends) else date '9999-12-31' end as overdue_from,
    case when is_due then coalesce(run.day(met_at, day_ends), date '9999-12-31') else date '9999-12-31' end as overdue_until,
    asked.called_at,
    asked.asked_at,
    run.day(asked.asked_at, judged.day_ends) as asked_day,
    asked.contacted,
    asked.solved,
    coalesce(asked.satisfaction, '') as satisfaction,
    weight.weight
from judged
left join setting.tier as top on top.site_id = judged.site_id and top.rank = judged.highest_rank
left join asked on asked.site_id = judged.site_id and asked.ticket_id = judged.ticket_id
left join answering on answering.file_id = judged.file_id
left join setting.weight as weight on weight.site_id = asked.site_id and weight.answer = asked.satisfaction
