"""What goes back through a relu y = max(x, 0), or a relu that is cut off above as relu6 is, given the gradient g of y: a table, and the relu that follows a row of it.

gradient   the derivative
guided     only what is positive, where the relu was on (Springenberg et al., "Striving for Simplicity", 2015)
deconvnet  only what is positive, wherever it came from (Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014)
"""
import torch

RULES = {
    "gradient": lambda g, is_on: g * is_on,
    "guided": lambda g, is_on: g.clamp(min=0) * is_on,
    "deconvnet": lambda g, is_on: g.clamp(min=0),
}


class RuledRelu(torch.autograd.Function):
    """A relu that stores its own output at every use, so that a module called twice is two relus."""

    @staticmethod
    def forward(ctx, x, rule, largest=float("inf")):
        y = x.clamp(0, largest)
        ctx.save_for_backward((y > 0) & (y < largest))
        ctx.rule, ctx.others = RULES[rule], len(ctx.needs_input_grad) - 1
        return y

    @staticmethod
    def backward(ctx, g):
        return (ctx.rule(g, *ctx.saved_tensors), *[None] * ctx.others)
