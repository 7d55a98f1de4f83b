/**
 * The one door: whatever is to become an event is submitted here, whoever it comes from.
 *
 * <p>Thread rules:
 *
 * <ol>
 *   <li>{@link dev.tidings.intake.Intake#submit} may be called on any thread and never waits.
 *   <li>For each shard of the log one batch is on its way at a time; what is submitted meanwhile makes the next. So a
 *       shard has one writer, and the busier it is the larger its batches are.
 *   <li>Batches travel through the Reactive Messaging channel {@code intake}; the thread that found the shard idle, or the
 *       one that brought its last answer, carries the batch through it.
 * </ol>
 */
@NullMarked
package dev.tidings.intake;

import org.jspecify.annotations.NullMarked;
