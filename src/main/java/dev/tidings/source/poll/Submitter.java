package dev.tidings.source.poll;

import dev.tidings.intake.Outcome;
import dev.tidings.intake.Submission;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where pollers hand in what they found: {@code Intake::submit}. */
public interface Submitter {
    /** Submits all at once; the outcomes are in the order of the submissions. */
    CompletionStage<List<Outcome>> submit(List<? extends Submission> submissions);
}
